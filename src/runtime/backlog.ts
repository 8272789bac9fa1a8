// What is waiting in the queues of an object's sockets. Closing a socket frees nothing: the close frame waits behind the queue, and the queue stays in
// memory until the peer reads it or is gone. So sockets that were given up are counted until then, and what all hold together is bounded too.
import { limits } from "../protocol";

/** The queue of one socket. */
export interface SocketQueue {
  readonly socket: WebSocket;
  readonly state: { user: string };
  /** Since when more than `socketSlowBytes` has been waiting; 0 while it keeps up. Epoch milliseconds. */
  slowSince: number;
  /** Characters sent since it was last looked at how much is waiting. */
  unchecked: number;
  /** What was waiting when it was last looked at, in bytes. */
  waiting: number;
}

export const emptyQueue = { slowSince: 0, unchecked: 0, waiting: 0 };

/** Characters between two looks at how much is waiting: little beside what may wait, and asking costs as much as sending a short frame. */
const CHECK_EVERY = 32_768;

export class Backlog {
  /** Given-up sockets whose queues their peers have not read. */
  readonly #leaving = new Set<SocketQueue>();
  /** The sum of `waiting`: at least what is in memory, where sockets drain between two looks. */
  #waiting = 0;

  constructor(private readonly open: () => Iterable<SocketQueue>) {}

  /** Whether a socket that is about to be sent `length` characters has kept up so far. */
  canSend(queue: SocketQueue, length: number, now: number): boolean {
    queue.unchecked += length;
    if (queue.unchecked <= CHECK_EVERY && queue.slowSince === 0) return true;
    queue.unchecked = 0;
    const waiting = this.#measure(queue);
    queue.slowSince = waiting > limits.socketSlowBytes ? queue.slowSince || now : 0;
    if (queue.slowSince === 0) return waiting <= this.#share();
    const isTooLong = now - queue.slowSince > limits.socketSlowMs;
    return waiting <= limits.socketBufferBytes && !isTooLong && !this.#isAbove(limits.objectBufferBytes);
  }

  /** What one socket may hold where all together hold far too much. */
  #share(): number {
    if (!this.#isAbove(limits.objectBufferMaxBytes)) return limits.socketSlowBytes;
    return limits.objectBufferMaxBytes / Math.max(1, [...this.open()].length);
  }

  /** A socket was given up: it counts until its queue is gone. */
  addClosed(queue: SocketQueue): void {
    if (this.#measure(queue) > 0) this.#leaving.add(queue);
  }

  /** Whether somebody's given-up sockets hold so much that another one would only add to it. Less must not count: a network that died without a word. */
  isFull(user: string): boolean {
    this.#forgetGone();
    const mine = [...this.#leaving].filter(({ state }) => state.user === user);
    return mine.reduce((sum, { waiting }) => sum + waiting, 0) > limits.closedSocketBytesPerUser;
  }

  /** Bytes in the queue of a socket; none once the connection is gone, whatever it held then. */
  #measure(queue: SocketQueue): number {
    const { readyState, bufferedAmount } = queue.socket;
    const waiting = readyState === WebSocket.READY_STATE_CLOSED ? 0 : bufferedAmount;
    this.#waiting += waiting - queue.waiting;
    queue.waiting = waiting;
    return waiting;
  }

  /** Whether the queues together are too much for the object. What was seen before may have drained, so it is looked at again. */
  #isAbove(bytes: number): boolean {
    if (this.#waiting <= bytes) return false;
    this.#forgetGone();
    for (const queue of this.open()) this.#measure(queue);
    return this.#waiting > bytes;
  }

  #forgetGone(): void {
    for (const queue of this.#leaving) if (this.#measure(queue) === 0) this.#leaving.delete(queue);
  }
}
