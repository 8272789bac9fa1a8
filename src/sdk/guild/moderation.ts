import { type GuildBan, guildBanList, type PutBan, type PutTimeOut, putBan, putTimeOut } from "../../protocol";
import { parsed } from "../parley-error";
import type { Http } from "../transport/http";
import type { GuildRequests } from "./requests";

/** A ban. `forMs`: null for ever, which is the default. `deleteHours`: 0 deletes no message. */
export type BanOptions = Partial<PutBan>;

/**
 * What moderators of a guild do. Failures reject with a ParleyError. When a promise resolves, the
 * view of the guild and its members show the change.
 */
export class GuildModeration {
  readonly #requests: GuildRequests;
  readonly #http: Http;

  constructor(requests: GuildRequests, http: Http) {
    this.#requests = requests;
    this.#http = http;
  }

  /** Bans a person, who may be no member. Needs the permission `ban`. */
  async ban(user: string, options: BanOptions = {}): Promise<void> {
    return this.#requests.set("PUT", banPath(user), parsed(putBan.safeParse(options)));
  }

  /** Lets a member only read for a time. Needs the permission `moderate_members`. */
  async timeOut(user: string, timeOut: PutTimeOut): Promise<void> {
    return this.#requests.set("PUT", timeOutPath(user), parsed(putTimeOut.safeParse(timeOut)));
  }

  endTimeOut(user: string): Promise<void> {
    return this.#requests.set("DELETE", timeOutPath(user));
  }

  liftBan(user: string): Promise<void> {
    return this.#requests.set("DELETE", banPath(user));
  }

  /** Returns the bans, the last one first. Needs the permission `ban`. */
  bans(): Promise<readonly GuildBan[]> {
    return this.#http.list(this.#requests.path("/bans"), guildBanList);
  }
}

const timeOutPath = (user: string): string => `/members/${encodeURIComponent(user)}/time-out`;
const banPath = (user: string): string => `/bans/${encodeURIComponent(user)}`;
