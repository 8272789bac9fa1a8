// Where commands are kept from the moment they are composed until the server has confirmed them or
// the person has discarded them. Only refused commands without a text are forgotten. The nonce,
// epoch and `after` of a command identify its repetitions, so they are stored with it and never
// change once it has been sent.
import { appendingCommand, type ComposedCommand, type ErrorCode } from "../../protocol";

/**
 * The epoch of a command that was composed before its channel was joined. It has never been sent.
 */
export const UNFIXED_EPOCH = "";

/**
 * Why a command was refused for good. `removed`: its author is no member of the channel any more.
 */
export type RefusalCode = ErrorCode | "offline" | "removed";

export interface OutboxEntry {
  channel: string;
  /** The name of the channel, to name it when this person is no longer a member. */
  channelName?: string;
  /** Commands of one channel are sent in ascending order. */
  order: number;
  /** The account that composed the command. Another account on the same device must not send it. */
  author: string;
  composedAt: number;
  command: ComposedCommand;
  /**
   * Set when the server refused the text for good. The entry stays until the person retries or
   * discards it.
   */
  refusal?: { code: RefusalCode; detail: string };
}

/**
 * Stores entries by nonce. `put` replaces the entry with the same nonce. `remove` ignores unknown
 * nonces.
 */
export interface Outbox {
  load(): Promise<OutboxEntry[]>;
  put(entry: OutboxEntry): Promise<void>;
  remove(nonce: string): Promise<void>;
}

/**
 * Returns an outbox in memory. Pass the same object to the next client to hand its entries over.
 */
export function memoryOutbox(): Outbox {
  const entries = new Map<string, OutboxEntry>();
  return {
    load: async () => [...entries.values()],
    put: async (entry) => {
      entries.set(entry.command.nonce, entry);
    },
    remove: async (nonce) => {
      entries.delete(nonce);
    },
  };
}

/**
 * Returns the entries of an account that this version can send; empty if the outbox cannot be read.
 */
export async function unsentCommandsOf(
  author: string,
  outbox: Outbox,
  warn: (warning: string) => void,
): Promise<OutboxEntry[]> {
  try {
    return (await outbox.load()).filter((entry) => entry.author === author && isSendable(entry));
  } catch (error) {
    warn(`the outbox could not be read: ${String(error)}`);
    return [];
  }
}

/** Returns whether this version can send a stored entry. An earlier version may have written it. */
export function isSendable(entry: OutboxEntry): boolean {
  const { command } = entry;
  const epoch = command?.epoch === UNFIXED_EPOCH ? "0" : command?.epoch;
  return appendingCommand.safeParse({ ...command, epoch, id: "0" }).success;
}
