// Held polls of an object. While one waits the object stays awake: the stated price of a network that blocks sockets.

interface Waiter<T> {
  user: string;
  end(news: T | null): void;
}

export interface Wait<T> {
  /** What the wait was ended by; null when the time was up or it was given up. */
  news: Promise<T | null>;
  giveUp(): void;
}

export class HeldPolls<T> {
  readonly #waiting = new Set<Waiter<T>>();

  constructor(private readonly perUser: number) {}

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  has(user: string): boolean {
    return [...this.#waiting].some((waiter) => waiter.user === user);
  }

  /** Waits for what `call` brings, at most `ms`. Of too many waiters of one person the oldest goes. */
  wait(user: string, ms: number): Wait<T> {
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
    return { news, giveUp: () => waiter.end(null) };
  }

  /** Ends every wait. */
  call(news: T): void {
    for (const waiter of [...this.#waiting]) waiter.end(news);
  }
}
