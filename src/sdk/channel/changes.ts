import { uuidv7 } from "uuidv7";
import type { CommandAuthor } from "../outbox/command-author";
import { composeCommand, kindOf, type RequestedChange } from "../outbox/command-composer";
import type { OutboxEntry, OutgoingFile } from "../outbox/outbox";
import type { FileUploads } from "./file-uploads";
import type { ChannelLog } from "./log";
import type { PendingCommand } from "./pending-command";
import type { PendingCommands } from "./pending-commands";
import type { PartReport } from "./reports";

/**
 * A message on its way: a promise of its seq. It resolves when the server has stored the message,
 * also after lost connections, and rejects if the server refuses it or the person signs out first.
 */
export interface SentMessage extends Promise<number> {
  /** The key of the message in the views, where it shows at once. */
  readonly key: string;
}

/**
 * The changes that this person requests in a channel. Every change shows immediately, waits in the
 * outbox until it is confirmed, and can be retried if it was refused.
 */
export class ChannelChanges {
  readonly #channel: string;
  readonly #nameOf: (channel: string) => string;
  readonly #author: CommandAuthor;
  readonly #log: ChannelLog;
  readonly #pending: PendingCommands;
  readonly #uploads: FileUploads;
  readonly #report: (report: PartReport) => void;

  constructor(
    channel: string,
    nameOf: (channel: string) => string,
    author: CommandAuthor,
    log: ChannelLog,
    pending: PendingCommands,
    uploads: FileUploads,
    report: (report: PartReport) => void,
  ) {
    this.#channel = channel;
    this.#nameOf = nameOf;
    this.#author = author;
    this.#log = log;
    this.#pending = pending;
    this.#uploads = uploads;
    this.#report = report;
  }

  /** Sends a message. Throws like `request`. */
  send({
    files,
    ...message
  }: Omit<Extract<RequestedChange, { type: "message.send" }>, "type"> & {
    files?: readonly OutgoingFile[] | undefined;
  }): SentMessage {
    const { key, done } = this.request({ type: "message.send", ...message }, files);
    return Object.assign(done, { key });
  }

  /**
   * Returns the nonce and a promise of the seq. Throws a ParleyError for a change that the server
   * would refuse.
   */
  request(change: RequestedChange, files: readonly OutgoingFile[] = []): { key: string; done: Promise<number> } {
    const channel = { channel: this.#channel, channelName: this.#nameOf(this.#channel) };
    const entry = composeCommand(this.#author, channel, change, this.#log.cursor, files);
    // Requesting a change again replaces its failed predecessor.
    this.#discard(({ entry: { command } }) => {
      return "seq" in command && "seq" in change && command.seq === change.seq && hasSameEffect(command, change);
    });
    const done = this.#pending.add(entry);
    this.#uploads.start();
    this.#report({ type: "requested" });
    return { key: entry.command.nonce, done };
  }

  /** Sends a failed message, and the failed changes of its row, again. */
  retry(key: string): void {
    for (const nonce of this.#failed((one) => this.#belongsToRow(key, one))) {
      this.#pending.retry(nonce, (entry, isConflict) => {
        const order = this.#author.nextOrder();
        if (!isConflict) return { ...entry, order };
        return { ...entry, order, command: { ...entry.command, nonce: uuidv7(), ...this.#log.cursor } };
      });
      this.#uploads.start();
      this.#report({ type: "requested" });
    }
  }

  /** Takes over commands that an earlier client left unconfirmed. */
  adopt(entries: readonly OutboxEntry[]): void {
    this.#pending.adopt(entries);
    this.#uploads.start();
  }

  discard(key: string): void {
    this.#discard((one) => this.#belongsToRow(key, one));
    this.#pending.discard(key);
  }

  #discard(matches: (one: PendingCommand) => boolean): void {
    for (const nonce of this.#failed(matches)) this.#pending.discard(nonce);
  }

  #failed(matches: (one: PendingCommand) => boolean): string[] {
    const failed = this.#pending.list.filter(({ stage }) => stage.state === "failed");
    return failed.filter(matches).map(({ entry }) => entry.command.nonce);
  }

  /** Returns whether a command sends the message of a row, or changes it. */
  #belongsToRow(key: string, { entry: { command } }: PendingCommand): boolean {
    return command.nonce === key || ("seq" in command && this.#log.message(command.seq)?.nonce === key);
  }
}

/** Returns whether two changes set the same thing. An edit and a deletion both set the text. */
function hasSameEffect(one: { type: RequestedChange["type"] }, other: { type: RequestedChange["type"] }): boolean {
  const effectOf = (change: { type: RequestedChange["type"] }) =>
    kindOf(change) === "delete" ? "edit" : kindOf(change);
  return effectOf(one) === effectOf(other);
}
