import {
  type AuditKind,
  type AuditLog,
  auditLog,
  type GuildBan,
  guildBanList,
  type PurgeMessages,
  type PurgeResult,
  type PutBan,
  type PutTimeOut,
  purgeMessages,
  purgeResult,
  putBan,
  putTimeOut,
  type Report,
  type ReportOutcome,
  reportList,
} from "../../protocol";
import { parsed } from "../parley-error";
import type { Http } from "../transport/http";
import type { GuildRequests } from "./requests";

/** A ban. `forMs`: null for ever, which is the default. `deleteHours`: 0 deletes no message. */
export type BanOptions = Partial<PutBan>;

/** A time-out. `reason` is empty by default. */
export type TimeOutOptions = Pick<PutTimeOut, "forMs"> & Partial<PutTimeOut>;

/** A purge. `channel`: left out for the whole guild. `reason` is empty by default. */
export type PurgeOptions = Pick<PurgeMessages, "hours"> & Partial<Omit<PurgeMessages, "user">>;

/** Which entries of the audit log are read. `cursor`: `next` of the page before. */
export interface AuditQuery {
  actor?: string | undefined;
  kind?: AuditKind | undefined;
  cursor?: string | undefined;
}

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
  async timeOut(user: string, timeOut: TimeOutOptions): Promise<void> {
    return this.#requests.set("PUT", timeOutPath(user), parsed(putTimeOut.safeParse(timeOut)));
  }

  /**
   * Deletes what a person, who may be no member, sent in the last hours: in one channel, or in all
   * in which I have `delete_any`. Returns what was deleted until now.
   */
  async purge(user: string, options: PurgeOptions): Promise<PurgeResult> {
    return this.#requests.create("/purges", parsed(purgeMessages.safeParse({ ...options, user })), purgeResult);
  }

  endTimeOut(user: string): Promise<void> {
    return this.#requests.set("DELETE", timeOutPath(user));
  }

  liftBan(user: string): Promise<void> {
    return this.#requests.set("DELETE", banPath(user));
  }

  /** Returns a page of the audit log, the newest first. Needs the permission `view_audit_log`. */
  audit(query: AuditQuery = {}): Promise<AuditLog> {
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    return this.#requests.get(`/audit-log?${new URLSearchParams(given)}`, auditLog);
  }

  /**
   * Returns the open or the resolved reports, the newest first: of people, and of messages in
   * channels that this person can see. Needs the permission `delete_any`.
   */
  reports(state: "open" | "resolved" = "open"): Promise<readonly Report[]> {
    return this.#http.list(this.#requests.path(`/reports?state=${state}`), reportList);
  }

  async resolveReport(report: string, outcome: ReportOutcome): Promise<void> {
    await this.#http.commandWithRetry("PUT", this.#requests.path(`/reports/${encodeURIComponent(report)}`), {
      outcome,
    });
  }

  /** Returns the bans, the last one first. Needs the permission `ban`. */
  bans(): Promise<readonly GuildBan[]> {
    return this.#http.list(this.#requests.path("/bans"), guildBanList);
  }
}

const timeOutPath = (user: string): string => `/members/${encodeURIComponent(user)}/time-out`;
const banPath = (user: string): string => `/bans/${encodeURIComponent(user)}`;
