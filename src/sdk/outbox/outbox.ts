// Where commands are kept from the moment they are composed until the server has confirmed them or
// the person has discarded them. Only refused commands without a text are forgotten. The nonce,
// epoch and `after` of a command identify its repetitions, so they are stored with it and never
// change once it has been sent.
import {
  appendingCommand,
  type CompleteUpload,
  type ComposedCommand,
  type ErrorCode,
  type VariantName,
} from "../../protocol";

/**
 * The epoch of a command that was composed before its channel was joined. It has never been sent.
 */
export const UNFIXED_EPOCH = "";

/** The reason of an abort after which the upload of a file goes on with the next client. */
export const KEEP_UPLOAD = "the client ended";

/** Why a command was refused for good. `removed`: its author is no longer a member. */
export type RefusalCode = ErrorCode | "offline" | "removed";

/** A smaller picture of a file, made by the program. */
export interface FileVariantBytes {
  name: VariantName;
  bytes: Blob;
}

/**
 * A file of a message that waits. An outbox that survives its client must store Blobs, as IndexedDB
 * does.
 */
export interface OutgoingFile {
  bytes: Blob;
  name: string;
  /** The MIME type; empty if it is not known. */
  type: string;
  /** What the file shows, in words. */
  alt?: string;
  /** What the program has measured of the file. */
  measured?: CompleteUpload;
  variants?: readonly FileVariantBytes[];
  /** The id of its upload once it has begun, so that a later client goes on with it. */
  upload?: string;
  /** The ticket of the complete upload. */
  ticket?: string;
}

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
  /** The files of a message. It is sent when each of them has a ticket. */
  files?: readonly OutgoingFile[];
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
  const { command, files = [] } = entry;
  const epoch = command?.epoch === UNFIXED_EPOCH ? "0" : command?.epoch;
  // The tickets come later.
  const attachments = files.length > 0 ? files.map(() => "0") : undefined;
  return appendingCommand.safeParse({ ...command, ...(attachments && { attachments }), epoch, id: "0" }).success;
}
