import {
  channel as channelBody,
  type Invite,
  type InvitePreview,
  invite as inviteBody,
  inviteList,
  invitePreview,
  newInvite,
} from "../../protocol";
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

const MINE = "/v1/me/invites";

/**
 * Invites to groups and to a chat with this person. An invite that has ended, is used up or is not
 * for this person rejects with `invite_invalid`. Failures reject with a ParleyError.
 */
export class Invites {
  readonly #http: Http;
  readonly #inbox: Inbox;
  readonly #origin: string;

  constructor(http: Http, inbox: Inbox, origin: string) {
    this.#http = http;
    this.#inbox = inbox;
    this.#origin = origin;
  }

  /** Returns the valid invites to a group, newest first. */
  ofGroup(channel: string): Promise<Invite[]> {
    return this.#http.list(invitesPath(channel), inviteList);
  }

  /** Returns the valid invites to a chat with this person, newest first. */
  mine(): Promise<Invite[]> {
    return this.#http.list(MINE, inviteList);
  }

  createForGroup(channel: string, options: InviteOptions = {}): Promise<Invite> {
    return this.#create(invitesPath(channel), options);
  }

  /** Creates an invite to a chat with this person. Who uses it needs no request. */
  createMine(options: InviteOptions = {}): Promise<Invite> {
    return this.#create(MINE, options);
  }

  /** Returns what everyone who has the link may know, also without a sign-in. */
  preview(code: string): Promise<InvitePreview> {
    return this.#http.get(pathOf(code), invitePreview);
  }

  /** Uses an invite. Returns the id of the channel, which is in the inbox then. */
  async use(code: string): Promise<string> {
    const entered = await this.#http.sendWithRetry("POST", pathOf(code), undefined, channelBody);
    this.#inbox.addChannels([entered]);
    return entered.id;
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

  async #create(path: string, options: InviteOptions): Promise<Invite> {
    return await this.#http.send("POST", path, parsed(newInvite.safeParse(options)), inviteBody);
  }
}

const invitesPath = (channel: string): string => `${channelPath(channel)}/invites`;
const pathOf = (code: string): string => `/v1/invites/${encodeURIComponent(code)}`;
