import { uuidv7 } from "uuidv7";
import { composeCommand, kindOf, type RequestedChange } from "../outbox/command-composer";
import type { PendingCommand } from "../outbox/pending-commands";
import type { ChannelHost } from "./host";
import type { ChannelSession } from "./session";

/**
 * The changes that this person requests in a channel. Every change shows immediately, waits in the
 * outbox until it is confirmed, and can be retried if it was refused.
 */
export class ChannelChanges {
  readonly #id: string;
  readonly #host: ChannelHost;
  readonly #session: ChannelSession;

  constructor(id: string, host: ChannelHost, session: ChannelSession) {
    this.#id = id;
    this.#host = host;
    this.#session = session;
  }

  /** Returns the nonce. Throws a ParleyError for a change that the server would refuse. */
  request(change: RequestedChange): string {
    const entry = composeCommand(this.#host, this.#id, change, this.#session.log.cursor);
    // Requesting a change again replaces its failed predecessor.
    this.#discard(({ entry: { command } }) => {
      return "seq" in command && "seq" in change && command.seq === change.seq && hasSameEffect(command, change);
    });
    this.#session.pending.add(entry);
    this.#attach();
    return entry.command.nonce;
  }

  retry(key: string): void {
    const { pending, log } = this.#session;
    for (const nonce of this.#failed((one) => this.#belongsToRow(key, one))) {
      pending.retry(nonce, (entry, isConflict) => {
        const order = this.#host.nextOrder();
        if (!isConflict) return { ...entry, order };
        return { ...entry, order, command: { ...entry.command, nonce: uuidv7(), ...log.cursor } };
      });
      this.#attach();
    }
  }

  discard(key: string): void {
    this.#discard((one) => this.#belongsToRow(key, one));
  }

  #attach(): void {
    this.#host.channelUsed(this.#id);
    void this.#session.attach();
  }

  #discard(matches: (one: PendingCommand) => boolean): void {
    for (const nonce of this.#failed(matches)) this.#session.pending.discard(nonce);
  }

  #failed(matches: (one: PendingCommand) => boolean): string[] {
    const failed = this.#session.pending.list.filter(({ stage }) => stage.state === "failed");
    return failed.filter(matches).map(({ entry }) => entry.command.nonce);
  }

  /** Returns whether a command sends the message of a row, or changes it. */
  #belongsToRow(key: string, { entry: { command } }: PendingCommand): boolean {
    return command.nonce === key || ("seq" in command && this.#session.log.message(command.seq)?.nonce === key);
  }
}

/** Returns whether two changes set the same thing. An edit and a deletion both set the text. */
function hasSameEffect(one: { type: RequestedChange["type"] }, other: { type: RequestedChange["type"] }): boolean {
  const effectOf = (change: { type: RequestedChange["type"] }) =>
    kindOf(change) === "delete" ? "edit" : kindOf(change);
  return effectOf(one) === effectOf(other);
}
