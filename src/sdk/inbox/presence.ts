// The presence of the people on screen. A person is on screen while their store has subscribers.
// The client sends the server a list of these people, shortly after it changes and over every new
// socket. The presence of all other people is unknown. While the client polls, or once a lost
// connection has exceeded the grace period, all presence is unknown.
import { type FrameOf, limits, type Me, type PresenceMode, type UserCommand } from "../../protocol";
import { Cell, type Store } from "../store";
import { type Clock, Timer } from "../transport/clock";
import type { PresenceView } from "./views";

/**
 * How long to collect changes of the list before sending it. Rows appear and disappear in bursts
 * while a person scrolls.
 */
const WATCH_DELAY_MS = 300;

type WithoutId<C> = C extends unknown ? Omit<C, "id"> : never;

export class PresenceWatcher {
  readonly #send: (command: WithoutId<UserCommand>) => string | null;
  readonly #watchTimer: Timer;
  readonly #graceTimer: Timer;
  readonly #cells = new Map<string, Cell<PresenceView | null>>();
  readonly #stores = new Map<string, Store<PresenceView | null>>();
  /** The number of subscribers per person. The most recently subscribed person comes last. */
  readonly #subscriptions = new Map<string, number>();
  /** The people in the last list sent over this socket. */
  #watched: readonly string[] = [];
  /** The unanswered request: the people that it added, and those in the list before it. */
  #request: { id: string; added: readonly string[]; watchedBefore: readonly string[] } | null = null;
  /** Whether there is a socket to a server that accepts the watch request. */
  #canWatch = false;
  #isActive = true;
  #me: { id: string; mode: PresenceMode } | null = null;

  /** `send` returns the id of the command, or null if no socket is open. */
  constructor(clock: Clock, send: (command: WithoutId<UserCommand>) => string | null) {
    this.#send = send;
    this.#watchTimer = new Timer(clock);
    this.#graceTimer = new Timer(clock);
  }

  /**
   * Returns the presence of a person, which is kept up to date while the store has subscribers.
   * Null while it is unknown. For the signed-in person it is derived from this device alone. Others
   * may see `online` because of another device. The same user always returns the same store.
   */
  of(user: string): Store<PresenceView | null> {
    let store = this.#stores.get(user);
    if (!store) {
      const cell = this.#cell(user);
      store = { get: cell.get, subscribe: (listener) => this.#subscribe(user, cell.subscribe(listener)) };
      this.#stores.set(user, store);
    }
    return store;
  }

  setMe(me: Me | null): void {
    if (this.#me !== null && this.#me.id !== me?.id) this.#clearAll();
    this.#me = me && { id: me.id, mode: me.presence };
    this.#updateOwnPresence();
  }

  /** Whether this device is in use, as last set. */
  get isActive(): boolean {
    return this.#isActive;
  }

  setActive(active: boolean): void {
    if (active === this.#isActive) return;
    this.#isActive = active;
    this.#send({ type: "presence.active", active });
    this.#updateOwnPresence();
  }

  /** A new connection is open. Polls carry no presence. */
  opened(isSocket: boolean): void {
    this.#graceTimer.clear();
    this.#watched = [];
    this.#request = null;
    this.#canWatch = isSocket;
    if (!isSocket) this.#clearAll();
    // The server assumes that a new connection is in use.
    if (!this.#isActive) this.#send({ type: "presence.active", active: false });
    this.#updateOwnPresence();
    this.#sendWatch();
  }

  /**
   * The connection was lost. Presence stays as it is for the grace period, as the server keeps ours
   * for others.
   */
  lost(): void {
    this.#canWatch = false;
    this.#watchTimer.clear();
    this.#graceTimer.set(limits.graceMs, () => this.#clearAll());
  }

  disconnected(): void {
    this.#canWatch = false;
    this.#watchTimer.clear();
    this.#graceTimer.clear();
    this.#clearAll();
  }

  received({ id, people }: FrameOf<"presence">): void {
    for (const { user, status, activeAt } of people)
      if (this.#watched.includes(user)) this.#cell(user).set({ status, activeAt });
    if (this.#request === null || id !== this.#request.id) return;
    const answered = new Set(people.map(({ user }) => user));
    for (const user of this.#request.added) if (!answered.has(user)) this.#cell(user).set(null);
    this.#request = null;
  }

  /**
   * Returns whether the refused command was the watch request. `retryAfterMs` is null if the error
   * is permanent, for example from a server that does not know the command.
   */
  refused(id: string | undefined, retryAfterMs: number | null): boolean {
    if (this.#request === null || id !== this.#request.id) return false;
    this.#watched = this.#request.watchedBefore;
    this.#request = null;
    if (retryAfterMs === null) this.#canWatch = false;
    else this.#watchTimer.set(retryAfterMs, () => this.#sendWatch());
    return true;
  }

  #subscribe(user: string, unsubscribe: () => void): () => void {
    const count = this.#subscriptions.get(user) ?? 0;
    this.#subscriptions.delete(user);
    this.#subscriptions.set(user, count + 1);
    this.#scheduleWatch();
    return () => {
      unsubscribe();
      const remaining = (this.#subscriptions.get(user) ?? 0) - 1;
      if (remaining > 0) this.#subscriptions.set(user, remaining);
      else this.#subscriptions.delete(user);
      this.#scheduleWatch();
    };
  }

  #scheduleWatch(): void {
    if (this.#canWatch && !this.#watchTimer.isSet) this.#watchTimer.set(WATCH_DELAY_MS, () => this.#sendWatch());
  }

  #sendWatch(): void {
    this.#watchTimer.clear();
    const users = [...this.#subscriptions.keys()].filter((user) => user !== this.#me?.id).slice(-limits.watchedPeople);
    const added = users.filter((user) => !this.#watched.includes(user));
    if (!this.#canWatch || (added.length === 0 && users.length === this.#watched.length)) return;
    const id = this.#send({ type: "presence.watch", users });
    if (id === null) return;
    this.#request = { id, added, watchedBefore: this.#watched };
    this.#watched = users;
    for (const [user, cell] of this.#cells) if (!users.includes(user) && user !== this.#me?.id) cell.set(null);
  }

  #updateOwnPresence(): void {
    if (this.#me === null) return;
    const { id, mode } = this.#me;
    const visibleStatus = { auto: this.#isActive ? "online" : "away", dnd: "dnd", invisible: "offline" } as const;
    this.#cell(id).set(this.#canWatch ? { status: visibleStatus[mode], activeAt: null } : null);
  }

  #clearAll(): void {
    this.#watched = [];
    for (const cell of this.#cells.values()) cell.set(null);
  }

  #cell(user: string): Cell<PresenceView | null> {
    let cell = this.#cells.get(user);
    if (!cell) {
      cell = new Cell<PresenceView | null>(null);
      this.#cells.set(user, cell);
    }
    return cell;
  }
}
