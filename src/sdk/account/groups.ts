import { uuidv7 } from "uuidv7";
import { changeChannel, channel, type HistoryAccess, openChannel, putMember, type Role } from "../../protocol";
import type { ChannelRecords } from "../inbox/channel-records";
import type { Inbox } from "../inbox/inbox";
import { ParleyError, parsed } from "../parley-error";
import { channelPath, type Http } from "../transport/http";

export interface NewGroup {
  name: string;
  topic?: string;
  /** What later members may read; `all` by default. */
  history?: HistoryAccess;
  /** Users other than this person. */
  members: string[];
}

/**
 * Direct channels, groups and their members. Failures reject with a ParleyError. When a promise
 * resolves, the inbox shows the change.
 */
export class Groups {
  readonly #http: Http;
  readonly #inbox: Inbox;
  readonly #records: ChannelRecords;

  constructor(http: Http, inbox: Inbox, records: ChannelRecords) {
    this.#http = http;
    this.#inbox = inbox;
    this.#records = records;
  }

  async direct(userId: string): Promise<string> {
    const opened = await this.#http.send("POST", "/v1/channels", { kind: "direct", user: userId }, channel);
    this.#inbox.addChannels([opened]);
    return opened.id;
  }

  /**
   * Creates a group. The nonce makes retries safe: a lost answer does not create a second group.
   */
  async create(group: NewGroup): Promise<string> {
    const body = parsed(openChannel.safeParse({ kind: "group", nonce: uuidv7(), ...group }));
    const created = await this.#http.sendWithRetry("POST", "/v1/channels", body, channel);
    this.#inbox.addChannels([created]);
    return created.id;
  }

  async change(id: string, change: { name?: string; topic?: string }): Promise<void> {
    await this.#http.commandWithRetry("PATCH", channelPath(id), parsed(changeChannel.safeParse(change)));
    await this.#records.load(id);
  }

  async putMember(id: string, userId: string, role?: Role): Promise<void> {
    await this.#http.commandWithRetry("PUT", memberPath(id, userId), parsed(putMember.safeParse({ role })));
    await this.#records.load(id);
  }

  async removeMember(id: string, userId: string): Promise<void> {
    await this.#http.commandWithRetry("DELETE", memberPath(id, userId));
    await this.#records.load(id);
  }

  async leave(id: string, me: string | null): Promise<void> {
    if (me === null) throw new ParleyError("sign_in_required");
    try {
      await this.#http.commandWithRetry("DELETE", memberPath(id, me));
    } catch (error) {
      // Already left: the answer of an earlier attempt was lost.
      if (!(error instanceof ParleyError && error.code === "not_found")) throw error;
    }
    this.#records.drop(id);
  }
}

const memberPath = (id: string, userId: string) => `${channelPath(id)}/members/${encodeURIComponent(userId)}`;
