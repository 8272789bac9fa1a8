// Bounds the memory of the send queues of an object's sockets. Closing a socket frees nothing: the
// close frame waits behind the queue, and the queue stays in memory until the peer reads it or
// disconnects. Closed sockets are therefore counted until then, and the sum over all sockets is
// bounded too.
import { limits } from "../protocol";

/** The send queue of one socket. */
export interface SocketQueue {
  readonly socket: WebSocket;
  readonly state: { user: string };
  /** Since when more than `socketSlowBytes` are waiting; 0 while fewer are. Epoch milliseconds. */
  slowSince: number;
  /** Characters sent since the queue was last measured. */
  unmeasured: number;
  /** Bytes that were waiting when the queue was last measured. */
  waiting: number;
}

export const emptyQueue = { slowSince: 0, unmeasured: 0, waiting: 0 };

/**
 * Characters sent between two measurements of a queue. Measuring costs as much as sending a short
 * frame, and this many characters are few beside what may wait.
 */
const MEASURE_EVERY_CHARACTERS = 32_768;

export class Backlog {
  /** Closed sockets whose peers have not read their queues. */
  readonly #closed = new Set<SocketQueue>();
  /**
   * The sum of `waiting`. It is never too low, because sockets can only drain between measurements.
   */
  #waiting = 0;

  constructor(private readonly open: () => Iterable<SocketQueue>) {}

  /** Whether a socket reads fast enough to be sent `length` more characters. */
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
   * Bytes that may wait for one socket: an equal share when all sockets together hold far too much.
   */
  #fairShare(): number {
    if (!this.#isAbove(limits.objectBufferMaxBytes)) return limits.socketSlowBytes;
    return limits.objectBufferMaxBytes / Math.max(1, [...this.open()].length);
  }

  /** Counts a closed socket until its queue is gone. */
  addClosed(queue: SocketQueue): void {
    if (this.#measure(queue) > 0) this.#closed.add(queue);
  }

  /**
   * Whether the closed sockets of a user hold too much for another socket. A few closed sockets are
   * tolerated, because a failing network leaves them behind.
   */
  isFull(user: string): boolean {
    this.#dropDrained();
    const ofUser = [...this.#closed].filter(({ state }) => state.user === user);
    return ofUser.reduce((sum, { waiting }) => sum + waiting, 0) > limits.closedSocketBytesPerUser;
  }

  /** Measures the bytes in the queue of a socket. A socket without a connection has none. */
  #measure(queue: SocketQueue): number {
    const { readyState, bufferedAmount } = queue.socket;
    const waiting = readyState === WebSocket.READY_STATE_CLOSED ? 0 : bufferedAmount;
    this.#waiting += waiting - queue.waiting;
    queue.waiting = waiting;
    return waiting;
  }

  /**
   * Whether all queues together hold more than `bytes`. Queues may have drained, so they are
   * measured again.
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
