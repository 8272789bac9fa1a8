// The held polls of an object. The object stays awake while it holds a poll. This is the price of a
// network that blocks sockets.

interface Waiter<T> {
  user: string;
  end(update: T | null): void;
}

export interface HeldPoll<T> {
  /** The update that ended the poll; null if its time was over or it was cancelled. */
  update: Promise<T | null>;
  cancel(): void;
}

export class HeldPolls<T> {
  /** Bound: `perUser` polls of about 200 bytes for each member. */
  readonly #waiters = new Set<Waiter<T>>();

  constructor(private readonly perUser: number) {}

  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  hasUser(user: string): boolean {
    return [...this.#waiters].some((waiter) => waiter.user === user);
  }

  /** Holds a poll for at most `ms`. Ends the oldest polls of the user beyond `perUser`. */
  hold(user: string, ms: number): HeldPoll<T> {
    const ofUser = [...this.#waiters].filter((waiter) => waiter.user === user);
    for (const old of ofUser.slice(0, Math.max(0, ofUser.length - this.perUser + 1))) old.end(null);
    const { promise: update, resolve } = Promise.withResolvers<T | null>();
    const waiter: Waiter<T> = {
      user,
      end: (ending) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve(ending);
      },
    };
    const timer = setTimeout(() => waiter.end(null), ms);
    this.#waiters.add(waiter);
    return { update, cancel: () => waiter.end(null) };
  }

  /** Ends every held poll of a user with this update. */
  answerUser(user: string, update: T): void {
    this.answerUsers((one) => one === user, update);
  }

  /** Ends the held polls of the users who get this update. */
  answerUsers(gets: (user: string) => boolean, update: T): void {
    if (this.#waiters.size === 0) return;
    for (const waiter of [...this.#waiters]) if (gets(waiter.user)) waiter.end(update);
  }

  /** Ends every held poll with this update. */
  answerAll(update: T): void {
    if (this.#waiters.size === 0) return;
    for (const waiter of [...this.#waiters]) waiter.end(update);
  }
}
