// The size of the object's storage. The platform allows 10 GB. Near the limit the channel refuses
// what makes it larger, so that deletions, rosters and states of members can still be written.
import { ChatError } from "../../domain/error";
import type { CommandContent } from "../../domain/log";
import type { StorageBudgets } from "../../runtime/budget-config";

/** The size is measured again after this many commands, or bytes of text. */
const MEASURE_EVERY_COMMANDS = 1_000;
const MEASURE_EVERY_BYTES = 1024 * 1024;

/** Commands that make the log smaller, or that take back something. */
const alwaysPermitted: readonly CommandContent["type"][] = [
  "message.delete",
  "reaction.remove",
  "message.unpin",
  "thread.unfollow",
];

export class StorageGauge {
  #size: number | null = null;
  #commands = 0;
  #bytes = 0;

  constructor(
    private readonly sql: Pick<SqlStorage, "databaseSize">,
    private readonly budgets: Pick<StorageBudgets, "channelStorageBytes" | "channelWarningBytes">,
  ) {}

  /** The size in bytes, without free pages. */
  get size(): number {
    return this.sql.databaseSize;
  }

  /** Whether the operator is warned. */
  get isLarge(): boolean {
    return this.size >= this.budgets.channelWarningBytes;
  }

  /** Throws `channel_full` for a command that needs room. `bytes`: the length of its text. */
  requireRoom(type: CommandContent["type"], bytes: number): void {
    if (alwaysPermitted.includes(type)) {
      this.#size = null;
      return;
    }
    this.#commands++;
    this.#bytes += bytes;
    const isOld = this.#commands >= MEASURE_EVERY_COMMANDS || this.#bytes >= MEASURE_EVERY_BYTES;
    if (this.#size === null || isOld || this.#size + this.#bytes > this.budgets.channelStorageBytes) {
      this.#size = this.size;
      this.#commands = 0;
      this.#bytes = bytes;
    }
    if (this.#size + this.#bytes > this.budgets.channelStorageBytes) throw new ChatError("channel_full");
  }
}
