import { uuidv7 } from "uuidv7";
import { composeCommand, kindOf, type RequestedChange } from "../outbox/command-composer";
import type { PendingCommand } from "../outbox/pending-commands";
import type { ChannelHost } from "./host";
import type { ChannelSession } from "./session";

/** What I ask of a channel's log. Every change waits in the outbox, shows at once, and can be tried again where it was refused. */
export class ChannelChanges {
  readonly #id: string;
  readonly #host: ChannelHost;
  readonly #session: ChannelSession;

  constructor(id: string, host: ChannelHost, session: ChannelSession) {
    this.#id = id;
    this.#host = host;
    this.#session = session;
  }

  /** Returns the nonce. Throws a ParleyError for what no server would take. */
  ask(change: RequestedChange): string {
    const entry = composeCommand(this.#host, this.#id, change, this.#session.log.cursor);
    // Whoever asks again has seen that the last time failed.
    this.#discard(({ entry: { command } }) => {
      return "seq" in command && "seq" in change && command.seq === change.seq && isSameMatter(command, change);
    });
    this.#session.pending.add(entry);
    this.#attach();
    return entry.command.nonce;
  }

  retry(key: string): void {
    const { pending, log } = this.#session;
    for (const nonce of this.#failed((one) => this.#isBehind(key, one))) {
      pending.retry(nonce, (entry, isConflict) => {
        const order = this.#host.nextOrder();
        if (!isConflict) return { ...entry, order };
        return { ...entry, order, command: { ...entry.command, nonce: uuidv7(), ...log.cursor } };
      });
      this.#attach();
    }
  }

  discard(key: string): void {
    this.#discard((one) => this.#isBehind(key, one));
  }

  #attach(): void {
    this.#host.used(this.#id);
    void this.#session.attach();
  }

  #discard(isMeant: (one: PendingCommand) => boolean): void {
    for (const nonce of this.#failed(isMeant)) this.#session.pending.discard(nonce);
  }

  #failed(isMeant: (one: PendingCommand) => boolean): string[] {
    const failed = this.#session.pending.list.filter(({ stage }) => stage.state === "failed");
    return failed.filter(isMeant).map(({ entry }) => entry.command.nonce);
  }

  /** Behind a row are its own command, and those that change its message. */
  #isBehind(key: string, { entry: { command } }: PendingCommand): boolean {
    return command.nonce === key || ("seq" in command && this.#session.log.message(command.seq)?.nonce === key);
  }
}

/** What a message says is one matter, whether it is edited or deleted. */
function isSameMatter(one: { type: RequestedChange["type"] }, other: { type: RequestedChange["type"] }): boolean {
  const matterOf = (change: { type: RequestedChange["type"] }) =>
    kindOf(change) === "delete" ? "edit" : kindOf(change);
  return matterOf(one) === matterOf(other);
}
