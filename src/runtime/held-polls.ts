// Held polls of an object. While one waits the object stays awake: the stated price of a network that blocks sockets.

interface Waiter<T> {
  user: string;
  end(news: T | null): void;
}

export interface HeldPoll<T> {
  /** What the wait was ended by; null when the time was up or it was given up. */
  update: Promise<T | null>;
  cancel(): void;
}

export class HeldPolls<T> {
  readonly #waiting = new Set<Waiter<T>>();

  constructor(private readonly perUser: number) {}

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  hasUser(user: string): boolean {
    return [...this.#waiting].some((waiter) => waiter.user === user);
  }

  /** Waits for what `call` brings, at most `ms`. Of too many waiters of one person the oldest goes. */
  hold(user: string, ms: number): HeldPoll<T> {
    const mine = [...this.#waiting].filter((waiter) => waiter.user === user);
    for (const old of mine.slice(0, Math.max(0, mine.length - this.perUser + 1))) old.end(null);
    const { promise: news, resolve } = Promise.withResolvers<T | null>();
    const waiter: Waiter<T> = {
      user,
      end: (brought) => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
        resolve(brought);
      },
    };
    const timer = setTimeout(() => waiter.end(null), ms);
    this.#waiting.add(waiter);
    return { update: news, cancel: () => waiter.end(null) };
  }

  /** Ends every wait. */
  answerAll(news: T): void {
    for (const waiter of [...this.#waiting]) waiter.end(news);
  }
}
