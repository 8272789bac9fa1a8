// Whom this person blocks, on all of their devices, and reports of messages and people.
import {
  type BlockedPerson,
  blockedPersonList,
  type InboxFrame,
  type PostReport,
  postReport,
  type RegistrationMode,
  type ReportReceipt,
  registrationInfo,
  reportReceipt,
} from "../../protocol";
import { ParleyError, parsed } from "../parley-error";
import { Cell, type Store } from "../store";
import type { Http } from "../transport/http";

/** What is reported, and why. `text` is empty by default. */
export type ReportOptions = Pick<PostReport, "category"> & Partial<Pick<PostReport, "text">>;

/** A message to report. `version`: that of the body that this person saw. */
export interface ReportedMessage {
  channel: string;
  seq: number;
  version?: number;
}

/** What reads the list of blocked people. */
interface BlockReader {
  /** Takes the people whom this person blocks now. */
  setBlocked(users: ReadonlySet<string>): void;
}

/** Failures reject with a ParleyError. */
export class Safety {
  readonly #http: Http;
  readonly #readers: readonly BlockReader[];
  readonly #blocked = new Cell<ReadonlySet<string>>(new Set());
  /**
   * The ids of the people whom this person blocks. Their messages and reactions are in the views of
   * channels, and a program hides them. The views leave out who of them types or has a channel
   * open. Their mentions are not counted.
   */
  readonly blocked: Store<ReadonlySet<string>> = this.#blocked;

  constructor(http: Http, readers: readonly BlockReader[]) {
    this.#http = http;
    this.#readers = readers;
  }

  /** Blocks a person, who cannot tell it. A repeat changes nothing. */
  async block(user: string): Promise<void> {
    await this.#http.commandWithRetry("PUT", blockPath(user));
    this.received({ blocks: [{ user, at: 1 }] });
  }

  async unblock(user: string): Promise<void> {
    await this.#http.commandWithRetry("DELETE", blockPath(user));
    this.received({ blocks: [{ user, at: 0 }] });
  }

  /** Returns the people whom this person blocks, with their names, the newest block first. */
  blockedPeople(): Promise<BlockedPerson[]> {
    return this.#http.list(BLOCKS, blockedPersonList);
  }

  /** Reports a message: in a guild to its moderators, elsewhere to the operator of the server. */
  reportMessage(message: ReportedMessage, report: ReportOptions): Promise<ReportReceipt> {
    return this.#report({ target: { kind: "message", ...message }, ...report });
  }

  /** Reports a person: with a guild to its moderators, otherwise to the operator of the server. */
  reportPerson(user: string, report: ReportOptions, guild?: string): Promise<ReportReceipt> {
    return this.#report({ target: { kind: "user", user, ...(guild !== undefined && { guild }) }, ...report });
  }

  /** Returns who may create an account. An earlier server takes everyone and does not say it. */
  async registration(): Promise<RegistrationMode> {
    try {
      return (await this.#http.get("/v1/registration", registrationInfo)).mode;
    } catch (error) {
      if (error instanceof ParleyError && error.code === "not_found") return "open";
      throw error;
    }
  }

  /** Takes blocks that began or ended, for example on another device. */
  received({ blocks = [] }: Pick<InboxFrame, "blocks">): void {
    if (blocks.length === 0) return;
    const next = new Set(this.#blocked.get());
    for (const { user, at } of blocks) {
      if (at === 0) next.delete(user);
      else next.add(user);
    }
    this.#set(next);
  }

  /** Forgets the list, because another person is about to sign in. */
  clear(): void {
    this.#set(new Set());
  }

  #set(users: ReadonlySet<string>): void {
    for (const reader of this.#readers) reader.setBlocked(users);
    this.#blocked.set(users);
  }

  // A repeat of a report is the same report.
  async #report(body: object): Promise<ReportReceipt> {
    return this.#http.sendWithRetry("POST", "/v1/reports", parsed(postReport.safeParse(body)), reportReceipt);
  }
}

const BLOCKS = "/v1/me/blocks";
const blockPath = (user: string): string => `${BLOCKS}/${encodeURIComponent(user)}`;
