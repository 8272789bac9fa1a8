// Loads the directory's record of a channel: its name and its roster. Every notice about the
// channel reloads it, and several notices in a row reload it once. A channel that is not found is
// gone. The record of a large channel has no members: they are those of its guild, loaded once.
import { type ChannelInfo, channel, type GuildMemberInfo, guildMemberList } from "../../protocol";
import { ParleyError } from "../parley-error";
import type { Environment } from "../transport/environment";
import { channelPath, type Http } from "../transport/http";
import type { Inbox } from "./inbox";

/** The minimum interval between two requests for the same channel. */
const MIN_INTERVAL_MS = 500;

export class ChannelRecords {
  readonly #environment: Environment;
  readonly #http: Http;
  readonly #inbox: Inbox;
  readonly #gone: (id: string) => void;
  /** Channels that were loaded a moment ago, and whether they must be loaded again. */
  readonly #recentLoads = new Map<string, { isStale: boolean }>();
  /** The members of guilds with a large channel. */
  readonly #guildMembers = new Map<string, Promise<GuildMemberInfo[]>>();
  /** Changes with the person, so that answers for the last person are ignored. */
  #session = Symbol();

  constructor(environment: Environment, http: Http, inbox: Inbox, gone: (id: string) => void) {
    this.#environment = environment;
    this.#http = http;
    this.#inbox = inbox;
    this.#gone = gone;
  }

  /** Loads the record immediately, or at the end of the minimum interval. */
  refresh(id: string): void {
    const before = this.#recentLoads.get(id);
    if (before) {
      before.isStale = true;
      return;
    }
    const recent = { isStale: false };
    this.#recentLoads.set(id, recent);
    void this.load(id).then(() => {
      this.#environment.clock.setTimeout(() => {
        if (this.#recentLoads.get(id) !== recent) return;
        this.#recentLoads.delete(id);
        if (recent.isStale) this.refresh(id);
      }, MIN_INTERVAL_MS);
    });
  }

  /** Returns whether the channel is known afterwards. */
  async load(id: string): Promise<boolean> {
    const session = this.#session;
    try {
      const loaded = await this.#http.get(channelPath(id), channel);
      if (session !== this.#session) return true;
      this.#inbox.addChannels([loaded]);
      if (loaded.large && loaded.guild) void this.#addMembers(loaded, loaded.guild);
      return true;
    } catch (error) {
      if (session !== this.#session) return false;
      this.#environment.warn(`channel ${id} could not be loaded: ${String(error)}`);
      if (error instanceof ParleyError && error.code === "not_found") this.drop(id);
      return this.#inbox.knows(id);
    }
  }

  /** Adds the members of its guild to a large channel, for the names of those who write there. */
  async #addMembers(loaded: ChannelInfo, guild: string): Promise<void> {
    const session = this.#session;
    let members = this.#guildMembers.get(guild);
    if (!members) {
      members = this.#http.list(`/v1/guilds/${encodeURIComponent(guild)}/members`, guildMemberList);
      this.#guildMembers.set(guild, members);
    }
    try {
      const others = (await members).filter(({ user }) => !loaded.members.some((member) => member.user.id === user.id));
      if (session !== this.#session || !this.#inbox.knows(loaded.id)) return;
      const named = others.map(({ user, joinedAt }) => ({ role: "member" as const, joinedAt, user }));
      this.#inbox.addChannels([{ ...loaded, members: [...loaded.members, ...named] }]);
    } catch (error) {
      // The next load of the channel tries again.
      this.#guildMembers.delete(guild);
      this.#environment.warn(`the members of server ${guild} could not be loaded: ${String(error)}`);
    }
  }

  /** Forgets the members of a guild that changed. */
  guildChanged(guild: string): void {
    this.#guildMembers.delete(guild);
  }

  /** Removes a channel that this person has left. */
  drop(id: string): void {
    this.#inbox.drop(id);
    this.#gone(id);
  }

  clear(): void {
    this.#session = Symbol();
    this.#recentLoads.clear();
    this.#guildMembers.clear();
  }
}
