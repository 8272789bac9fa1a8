// One guild: what this person sees of it, its members, and the changes of the guild itself. Every
// change is followed by a load, so that the view shows the change when its promise resolves.
import {
  changeGuild,
  type GuildMemberInfo,
  type GuildView,
  guild,
  guildMemberList,
  transferGuild,
} from "../../protocol";
import { ParleyError, parsed } from "../parley-error";
import { Cell, type Store } from "../store";
import type { Http } from "../transport/http";
import { GuildChannels } from "./channels";
import { GuildMemberList } from "./member-list";
import { GuildModeration } from "./moderation";
import { Reloader } from "./reloader";
import { GuildRequests } from "./requests";
import { GuildRoles } from "./roles";

/** `closed`: not loaded yet. `gone`: the guild does not exist, or this person is no member. */
export type GuildPhase = "closed" | "loading" | "ready" | "gone";

/** What `change` takes. */
export type GuildDetails = Partial<Pick<GuildView, "name" | "description" | "color" | "welcomeChannel">>;

interface GuildListener {
  loaded(view: GuildView): void;
  gone(): void;
  warn(warning: string): void;
}

export class GuildHandle {
  readonly id: string;
  /** The roles, and who has them. */
  readonly roles: GuildRoles;
  /** The channels, the categories, and their overrides. */
  readonly channels: GuildChannels;
  /** Bans, time-outs and the audit log. */
  readonly moderation: GuildModeration;
  readonly #http: Http;
  readonly #listener: GuildListener;
  readonly #requests: GuildRequests;
  readonly #view = new Cell<GuildView | null>(null);
  readonly #phase = new Cell<GuildPhase>("closed");
  readonly #members = new Cell<readonly GuildMemberInfo[] | null>(null);
  readonly #loads = new Reloader(() => this.#load());
  readonly #memberLoads = new Reloader(() => this.#loadMembers());
  /** The guild as this person sees it; null until it is loaded. */
  readonly view: Store<GuildView | null> = this.#view;
  readonly phase: Store<GuildPhase> = this.#phase;
  /** The members, the earliest first; null until `loadMembers` was called. */
  readonly members: Store<readonly GuildMemberInfo[] | null> = this.#members;

  constructor(id: string, http: Http, listener: GuildListener) {
    this.id = id;
    this.#http = http;
    this.#listener = listener;
    this.#requests = new GuildRequests(id, http, () => this.refresh());
    this.roles = new GuildRoles(this.#requests);
    this.channels = new GuildChannels(this.#requests, this.#view);
    this.moderation = new GuildModeration(this.#requests, http);
  }

  /** Loads the guild unless it is loaded. Rejects with `not_found` if this person is no member. */
  async open(): Promise<void> {
    if (this.#phase.get() !== "ready") await this.#loads.run();
  }

  /** Loads the guild again, and the members if they are loaded. */
  async refresh(): Promise<void> {
    await Promise.all([this.#loads.run(), this.#members.get() !== null && this.#memberLoads.run()]);
  }

  /** Loads the members. From then on they are kept up to date. */
  async loadMembers(): Promise<void> {
    if (this.#members.get() === null) await this.#memberLoads.run();
  }

  /** Returns a list of the members by role and name, which loads page by page. */
  memberList(): GuildMemberList {
    return new GuildMemberList(this.#requests);
  }

  /** Takes the signal that something in the guild changed. */
  changed(): void {
    if (this.#phase.get() === "closed") return;
    this.refresh().catch((error: unknown) => {
      if (this.#phase.get() !== "gone") this.#listener.warn(`server ${this.id} could not be loaded: ${error}`);
    });
  }

  async change(change: GuildDetails): Promise<void> {
    return this.#requests.set("PATCH", "", parsed(changeGuild.safeParse(change)));
  }

  /** Makes another member the owner. */
  async transfer(user: string): Promise<void> {
    return this.#requests.set("PUT", "/owner", parsed(transferGuild.safeParse({ user })));
  }

  /** Deletes the guild in `guildDeletionMs`. Until then `restore` cancels that. */
  delete(): Promise<void> {
    return this.#requests.set("PUT", "/deletion");
  }

  restore(): Promise<void> {
    return this.#requests.set("DELETE", "/deletion");
  }

  addMember(user: string): Promise<void> {
    return this.#requests.set("PUT", memberPath(user));
  }

  /** Removes a member. The audit log shows the reason, if there is one. */
  removeMember(user: string, reason = ""): Promise<void> {
    const query = reason === "" ? "" : `?${new URLSearchParams({ reason })}`;
    return this.#requests.set("DELETE", memberPath(user) + query);
  }

  /** Leaves the guild. `me` is this person. */
  async leave(me: string): Promise<void> {
    try {
      await this.#http.commandWithRetry("DELETE", this.#requests.path(memberPath(me)));
    } catch (error) {
      // Already left: the answer of an earlier attempt was lost.
      if (!(error instanceof ParleyError && error.code === "not_found")) throw error;
    }
    this.#end();
  }

  async #load(): Promise<void> {
    if (this.#view.get() === null) this.#phase.set("loading");
    try {
      const view = await this.#http.get(this.#requests.path(), guild);
      this.#view.set(view);
      this.#phase.set("ready");
      this.#listener.loaded(view);
    } catch (error) {
      // After other failures the next signal or connection loads it again.
      if (error instanceof ParleyError && error.code === "not_found") this.#end();
      throw error;
    }
  }

  async #loadMembers(): Promise<void> {
    this.#members.set(await this.#http.list(this.#requests.path("/members"), guildMemberList));
  }

  #end(): void {
    this.#phase.set("gone");
    this.#view.set(null);
    this.#members.set(null);
    this.#listener.gone();
  }
}

const memberPath = (user: string): string => `/members/${encodeURIComponent(user)}`;
