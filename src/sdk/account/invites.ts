import {
  type Invite,
  type InvitePreview,
  invite as inviteBody,
  inviteList,
  invitePreview,
  newGuildInvite,
  newInvite,
  usedInvite,
} from "../../protocol";
import type { Guilds } from "../guild/guilds";
import type { Inbox } from "../inbox/inbox";
import { ParleyError, parsed } from "../parley-error";
import { channelPath, type Http } from "../transport/http";

/** How long an invite lasts, and how many people it admits. */
export interface InviteOptions {
  /** Milliseconds by the server's clock; a week by default, null for no end. */
  forMs?: number | null;
  /** Null, the default, for any number. */
  maxUses?: number | null;
}

/** What an invite to a guild opens and gives. */
export interface GuildInviteOptions extends InviteOptions {
  /** The channel that is opened first; null, the default, for the welcome channel. */
  channel?: string | null;
  /** Roles for those who join: each must be one that this person may give. */
  roles?: string[];
}

/** Where the use of an invite has led. */
export interface InviteDestination {
  /** The channel to open; null if it is a guild in which this person can see none. */
  channel: string | null;
  /** The guild; null for an invite to a group or a chat. */
  guild: string | null;
}

const MINE = "/v1/me/invites";

/**
 * Invites to groups, to guilds and to a chat with this person. An invite that has ended, is used up
 * or is not for this person rejects with `invite_invalid`. Failures reject with a ParleyError.
 */
export class Invites {
  readonly #http: Http;
  readonly #inbox: Inbox;
  readonly #guilds: Guilds;
  readonly #origin: string;

  constructor(http: Http, inbox: Inbox, guilds: Guilds, origin: string) {
    this.#http = http;
    this.#inbox = inbox;
    this.#guilds = guilds;
    this.#origin = origin;
  }

  /** Returns the valid invites to a group, newest first. */
  ofGroup(channel: string): Promise<Invite[]> {
    return this.#http.list(invitesPath(channel), inviteList);
  }

  /**
   * Returns the valid invites to a guild, newest first: those that this person made, or all of them
   * with the permission `manage_guild`.
   */
  ofGuild(guild: string): Promise<Invite[]> {
    return this.#http.list(guildPath(guild), inviteList);
  }

  /** Returns the valid invites to a chat with this person, newest first. */
  mine(): Promise<Invite[]> {
    return this.#http.list(MINE, inviteList);
  }

  async createForGroup(channel: string, options: InviteOptions = {}): Promise<Invite> {
    return this.#create(invitesPath(channel), parsed(newInvite.safeParse(options)));
  }

  async createForGuild(guild: string, options: GuildInviteOptions = {}): Promise<Invite> {
    return this.#create(guildPath(guild), parsed(newGuildInvite.safeParse(options)));
  }

  /** Creates an invite to a chat with this person. Who uses it needs no request. */
  async createMine(options: InviteOptions = {}): Promise<Invite> {
    return this.#create(MINE, parsed(newInvite.safeParse(options)));
  }

  /** Returns what everyone who has the link may know, also without a sign-in. */
  preview(code: string): Promise<InvitePreview> {
    return this.#http.get(pathOf(code), invitePreview);
  }

  /** Uses an invite. The channel is in the inbox then, or the guild is loaded. */
  async use(code: string): Promise<InviteDestination> {
    const entered = await this.#http.sendWithRetry("POST", pathOf(code), undefined, usedInvite);
    if (entered.kind === "entered") {
      const { channel, guild } = entered;
      await this.#guilds.entered(guild);
      return { channel, guild };
    }
    this.#inbox.addChannels([entered]);
    return { channel: entered.id, guild: null };
  }

  /** Revokes an invite. One that is gone already is no error. */
  async revoke(code: string): Promise<void> {
    try {
      await this.#http.commandWithRetry("DELETE", pathOf(code));
    } catch (error) {
      if (!(error instanceof ParleyError && error.code === "invite_invalid")) throw error;
    }
  }

  /** Returns the link of an invite, which opens the page. */
  linkOf({ code }: Pick<Invite, "code">): string {
    return `${this.#origin}/i/${code}`;
  }

  async #create(path: string, body: object): Promise<Invite> {
    return await this.#http.send("POST", path, body, inviteBody);
  }
}

const invitesPath = (channel: string): string => `${channelPath(channel)}/invites`;
const guildPath = (guild: string): string => `/v1/guilds/${encodeURIComponent(guild)}/invites`;
const pathOf = (code: string): string => `/v1/invites/${encodeURIComponent(code)}`;
