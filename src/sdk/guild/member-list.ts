// The members of a guild as a list shows them: by role and name, page by page, and searched.
import { type GuildMemberInfo, guildMemberList, type MemberCount } from "../../protocol";
import { Cell, type Store } from "../store";
import type { GuildRequests } from "./requests";

export interface MemberListView {
  /** The members that are loaded, by their highest grouped role, then by name. */
  items: readonly GuildMemberInfo[];
  /** How many members each group of the whole list has, the highest role first. */
  groups: readonly MemberCount[];
  /** Whether `more` loads others. */
  hasMore: boolean;
}

export class GuildMemberList {
  readonly #requests: GuildRequests;
  readonly #view = new Cell<MemberListView | null>(null);
  #text = "";
  #next: string | null = null;
  /** Changes with each `load`, so that the page of an earlier one is ignored. */
  #run = Symbol();
  #loading: Promise<void> | null = null;
  /** Null until the first page is loaded. */
  readonly view: Store<MemberListView | null> = this.#view;

  constructor(requests: GuildRequests) {
    this.#requests = requests;
  }

  /** Loads the first page of those whose name or handle has `text`; empty for all. */
  async load(text = ""): Promise<void> {
    const run = Symbol();
    this.#run = run;
    this.#loading = null;
    const { items, groups = [], next } = await this.#page(text, null);
    if (run !== this.#run) return;
    this.#text = text;
    this.#next = next;
    this.#view.set({ items, groups, hasMore: next !== null });
  }

  /** Loads the list again, because the guild changed. It has one page then. */
  reload(): Promise<void> {
    return this.load(this.#text);
  }

  /** Loads the next page, if there is one. */
  more(): Promise<void> {
    this.#loading ??= this.#loadNext().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #loadNext(): Promise<void> {
    const [run, known] = [this.#run, this.#view.get()];
    if (this.#next === null || known === null) return;
    const { items, next } = await this.#page(this.#text, this.#next);
    if (run !== this.#run) return;
    this.#next = next;
    // A member whose name changed meanwhile may be on both pages.
    const had = new Set(known.items.map(({ user }) => user.id));
    const added = items.filter(({ user }) => !had.has(user.id));
    this.#view.set({ ...known, items: [...known.items, ...added], hasMore: next !== null });
  }

  #page(text: string, cursor: string | null) {
    const query = new URLSearchParams({ order: "role", q: text, ...(cursor !== null && { cursor }) });
    return this.#requests.get(`/members?${query}`, guildMemberList);
  }
}
