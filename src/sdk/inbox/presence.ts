// Who of the people on screen is there. A store that is subscribed to is on screen; the server is told whose they are, a moment after that
// changed and on every socket anew. Nothing is shown that nobody keeps up to date: of who is not named, after a drop that others would see,
// and over polls.
import { type FrameOf, limits, type Me, type PresenceMode, type UserCommand } from "../../protocol";
import { Cell, type Store } from "../store";
import { type Clock, Timer } from "../transport/clock";
import type { PresenceView } from "./views";

/** Rows come and go in bursts. */
const GATHER_MS = 300;

type Unnamed<C> = C extends unknown ? Omit<C, "id"> : never;

export class PresenceWatcher {
  readonly #tell: (command: Unnamed<UserCommand>) => string | null;
  readonly #gathering: Timer;
  readonly #absence: Timer;
  readonly #cells = new Map<string, Cell<PresenceView | null>>();
  readonly #stores = new Map<string, Store<PresenceView | null>>();
  /** How often somebody is shown; whom somebody turned to last comes last. */
  readonly #shown = new Map<string, number>();
  /** Whom this socket was told of. */
  #named: readonly string[] = [];
  /** The last question: whom it named anew, and whom the one before had named. */
  #asked: { id: string; added: readonly string[]; before: readonly string[] } | null = null;
  /** Whether there is a socket, of a server that knows of presence. */
  #isHeard = false;
  #isActive = true;
  #me: { id: string; mode: PresenceMode } | null = null;

  /** `tell` sends over a socket and answers the command's id; where there is none, null. */
  constructor(clock: Clock, tell: (command: Unnamed<UserCommand>) => string | null) {
    this.#tell = tell;
    this.#gathering = new Timer(clock);
    this.#absence = new Timer(clock);
  }

  /** The same object for the same person; null while nobody knows. Followed while subscribed to. Of myself: what others are to see. */
  of(user: string): Store<PresenceView | null> {
    let store = this.#stores.get(user);
    if (!store) {
      const cell = this.#cell(user);
      store = { get: cell.get, subscribe: (listener) => this.#show(user, cell.subscribe(listener)) };
      this.#stores.set(user, store);
    }
    return store;
  }

  belongsTo(me: Me | null): void {
    if (this.#me !== null && this.#me.id !== me?.id) this.#forget();
    this.#me = me && { id: me.id, mode: me.presence };
    this.#showMe();
  }

  /** Whether this device is in use, as far as was said. */
  get isActive(): boolean {
    return this.#isActive;
  }

  setActive(active: boolean): void {
    if (active === this.#isActive) return;
    this.#isActive = active;
    this.#tell({ type: "presence.active", active });
    this.#showMe();
  }

  /** A connection that knows nothing yet; over polls it never will. */
  opened(isSocket: boolean): void {
    this.#absence.clear();
    this.#named = [];
    this.#asked = null;
    this.#isHeard = isSocket;
    if (!isSocket) this.#forget();
    // A device that has just come is taken for one in use.
    if (!this.#isActive) this.#tell({ type: "presence.active", active: false });
    this.#showMe();
    this.#name();
  }

  /** Others would not see a drop shorter than that either. */
  lost(): void {
    this.#isHeard = false;
    this.#gathering.clear();
    this.#absence.set(limits.graceMs, () => this.#forget());
  }

  left(): void {
    this.#isHeard = false;
    this.#gathering.clear();
    this.#absence.clear();
    this.#forget();
  }

  heard({ id, people }: FrameOf<"presence">): void {
    for (const { user, status, activeAt } of people)
      if (this.#named.includes(user)) this.#cell(user).set({ status, activeAt });
    if (this.#asked === null || id !== this.#asked.id) return;
    const told = new Set(people.map(({ user }) => user));
    for (const user of this.#asked.added) if (!told.has(user)) this.#cell(user).set(null);
    this.#asked = null;
  }

  /** Whether the refused command named people. `retryAfterMs` is null where asking again is of no use, as with a server of before. */
  refused(id: string | undefined, retryAfterMs: number | null): boolean {
    if (this.#asked === null || id !== this.#asked.id) return false;
    this.#named = this.#asked.before;
    this.#asked = null;
    if (retryAfterMs === null) this.#isHeard = false;
    else this.#gathering.set(retryAfterMs, () => this.#name());
    return true;
  }

  #show(user: string, stop: () => void): () => void {
    const count = this.#shown.get(user) ?? 0;
    this.#shown.delete(user);
    this.#shown.set(user, count + 1);
    this.#gather();
    return () => {
      stop();
      const left = (this.#shown.get(user) ?? 0) - 1;
      if (left > 0) this.#shown.set(user, left);
      else this.#shown.delete(user);
      this.#gather();
    };
  }

  #gather(): void {
    if (this.#isHeard && !this.#gathering.isSet) this.#gathering.set(GATHER_MS, () => this.#name());
  }

  #name(): void {
    this.#gathering.clear();
    const users = [...this.#shown.keys()].filter((user) => user !== this.#me?.id).slice(-limits.watchedPeople);
    const added = users.filter((user) => !this.#named.includes(user));
    if (!this.#isHeard || (added.length === 0 && users.length === this.#named.length)) return;
    const id = this.#tell({ type: "presence.watch", users });
    if (id === null) return;
    this.#asked = { id, added, before: this.#named };
    this.#named = users;
    for (const [user, cell] of this.#cells) if (!users.includes(user) && user !== this.#me?.id) cell.set(null);
  }

  #showMe(): void {
    if (this.#me === null) return;
    const { id, mode } = this.#me;
    const seen = { auto: this.#isActive ? "online" : "away", dnd: "dnd", invisible: "offline" } as const;
    this.#cell(id).set(this.#isHeard ? { status: seen[mode], activeAt: null } : null);
  }

  #forget(): void {
    this.#named = [];
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
