// What a channel and the directory say to each other about stored files. A reference is one row: a
// file and the ticket by which a message has it. It is no counter, so every change may arrive twice
// and in any order.
import type { ChannelId, FileId, TicketId } from "../protocol";

/**
 * The state of a reference. It only rises.
 * - `promised`: the ticket is out. It counts until the ticket expires.
 * - `held`: a message has the file.
 * - `dropped`: the message was deleted, or an edit removed the attachment.
 */
export type ReferenceState = "promised" | "held" | "dropped";

/** Bound: constant. The numbers are stored. */
export const referenceStates: Readonly<Record<ReferenceState, number>> = { promised: 0, held: 1, dropped: 2 };

/** A change of a reference that a channel makes. */
export interface FileReferenceChange {
  file: FileId;
  ticket: TicketId;
  state: "held" | "dropped";
}

/** Where channels report the files that their messages have. */
export interface FilesPort {
  /**
   * Stores changes of a channel's references. May be repeated, and late: a state never goes back. A
   * file without a reference that counts is deleted, by this call or later by the sweep.
   */
  applyReferences(channel: ChannelId, changes: readonly FileReferenceChange[]): Promise<void>;
}
