// Bounds the memory of the send queues of an object's sockets. Closing a socket frees nothing: the
// close frame waits behind the queue, and the queue stays in memory until the peer reads it or
// disconnects. Closed sockets are therefore counted until then, and the sum over all sockets is
// bounded too.
import { limits } from "../protocol";

/** The send queue of one socket. */
export interface SocketQueue {
  readonly socket: WebSocket;
  readonly state: { user: string };
  /**
   * When the queue was first measured above `socketSlowBytes`; 0 if it is not above. Epoch
   * milliseconds.
   */
  slowSince: number;
  /** Characters sent since the queue was last measured. */
  unmeasured: number;
  /** Bytes that were waiting when the queue was last measured. */
  waiting: number;
}

export const emptyQueue = { slowSince: 0, unmeasured: 0, waiting: 0 };

/**
 * The characters that are sent between two measurements of a queue. Measuring costs as much as
 * sending a short frame, and so few characters hardly matter beside `socketSlowBytes`.
 */
const MEASURE_EVERY_CHARACTERS = 32_768;

export class Backlog {
  /**
   * Closed sockets whose peers have not read their queues. Bound: `closedSocketBytesPerUser` and
   * one more socket for each user, and at most `objectBufferMaxBytes` before they were closed.
   */
  readonly #closed = new Set<SocketQueue>();
  /** The sum of `waiting`. Does not include what was sent or drained since the measurements. */
  #waiting = 0;

  constructor(private readonly open: () => Iterable<SocketQueue>) {}

  /**
   * Counts `length` more characters. Returns whether the socket reads fast enough to be sent them.
   */
  canSend(queue: SocketQueue, length: number, now: number): boolean {
    queue.unmeasured += length;
    if (queue.unmeasured <= MEASURE_EVERY_CHARACTERS && queue.slowSince === 0) return true;
    queue.unmeasured = 0;
    const waiting = this.#measure(queue);
    queue.slowSince = waiting > limits.socketSlowBytes ? queue.slowSince || now : 0;
    if (queue.slowSince === 0) return waiting <= this.#fairShare();
    const isTooLong = now - queue.slowSince > limits.socketSlowMs;
    return waiting <= limits.socketBufferBytes && !isTooLong && !this.#isAbove(limits.objectBufferBytes);
  }

  /**
   * Returns the bytes that may wait for one socket: an equal share if all sockets together hold
   * more than `objectBufferMaxBytes`.
   */
  #fairShare(): number {
    if (!this.#isAbove(limits.objectBufferMaxBytes)) return limits.socketSlowBytes;
    return limits.objectBufferMaxBytes / Math.max(1, [...this.open()].length);
  }

  /** Counts a closed socket until its queue is empty. */
  addClosed(queue: SocketQueue): void {
    if (this.#measure(queue) > 0) this.#closed.add(queue);
  }

  /**
   * Returns whether the closed sockets of a user hold too much for another socket. A few closed
   * sockets are tolerated, because a failing network leaves them behind.
   */
  isFull(user: string): boolean {
    this.#dropDrained();
    const ofUser = [...this.#closed].filter(({ state }) => state.user === user);
    return ofUser.reduce((sum, { waiting }) => sum + waiting, 0) > limits.closedSocketBytesPerUser;
  }

  /**
   * Measures and returns the bytes in the queue of a socket; 0 for a socket without a connection.
   */
  #measure(queue: SocketQueue): number {
    const { readyState, bufferedAmount } = queue.socket;
    const waiting = readyState === WebSocket.READY_STATE_CLOSED ? 0 : bufferedAmount;
    this.#waiting += waiting - queue.waiting;
    queue.waiting = waiting;
    return waiting;
  }

  /**
   * Returns whether all queues together hold more than `bytes`. Measures them again, because they
   * may have drained.
   */
  #isAbove(bytes: number): boolean {
    if (this.#waiting <= bytes) return false;
    this.#dropDrained();
    for (const queue of this.open()) this.#measure(queue);
    return this.#waiting > bytes;
  }

  #dropDrained(): void {
    for (const queue of this.#closed) if (this.#measure(queue) === 0) this.#closed.delete(queue);
  }
}
