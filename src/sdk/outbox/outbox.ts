// Commands wait here from the moment they are composed until the server has confirmed or finally refused them. What makes
// a repetition the same command (nonce, epoch, after) is kept with it and never changes once it has been sent.
import { type AppendingCommand, appendingCommand } from "../../protocol";

type WithoutId<C> = C extends unknown ? Omit<C, "id"> : never;

/** A command as it is kept: an `id` belongs to one socket, everything else to the command. */
export type ComposedCommand = WithoutId<AppendingCommand>;

/** The epoch of a command composed before its channel was ever reached: it has not been sent, so it may still be fixed. */
export const UNFIXED_EPOCH = "";

export interface OutboxEntry {
  channel: string;
  /** Commands of one channel are sent in this order. */
  order: number;
  /** The account that composed it: another one on the same device must not send it. */
  author: string;
  composedAt: number;
  command: ComposedCommand;
}

/** Keeps entries by their nonce. `put` replaces one with the same nonce; `remove` of an unknown one is no error. */
export interface Outbox {
  load(): Promise<OutboxEntry[]>;
  put(entry: OutboxEntry): Promise<void>;
  remove(nonce: string): Promise<void>;
}

/** Lives as long as the object itself: pass the same one to the next client to carry its entries over. */
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

/** What that account left to be sent by this version. Empty where it cannot be read. */
export async function leftBy(author: string, outbox: Outbox, warn: (warning: string) => void): Promise<OutboxEntry[]> {
  try {
    return (await outbox.load()).filter((entry) => entry.author === author && isSendable(entry));
  } catch (error) {
    warn(`the outbox could not be read: ${String(error)}`);
    return [];
  }
}

/** Whether a stored entry is one this version can send; storage outlives versions. */
export function isSendable(entry: OutboxEntry): boolean {
  const { command } = entry;
  const epoch = command?.epoch === UNFIXED_EPOCH ? "0" : command?.epoch;
  return appendingCommand.safeParse({ ...command, epoch, id: "0" }).success;
}
