// What the objects store of one person, for the export of their account.
import type { ChannelLevel, Draft, InboxRow, Message, Mute } from "../protocol";
import type { EntryType, MessageVersion } from "./log";

/** What a user object stores of its person. */
export interface StoredUserData {
  /** When others last saw the person online; null if they never did. Epoch milliseconds. */
  lastSeenAt: number | null;
  drafts: Draft[];
  mutes: Mute[];
  levels: ChannelLevel[];
  rows: InboxRow[];
}

/**
 * A part of what a channel stores of a person: their messages, the earlier parts of these, their
 * other entries, and their member state (one item).
 */
export type PersonalPart = "messages" | "versions" | "actions" | "state";

export type PersonalItem = Message | PersonalVersion | PersonalAction | PersonalState;

/** The parts of a message before an edit. `seq` is the message. */
export interface PersonalVersion extends MessageVersion {
  seq: number;
}

/** An entry that is not a live message: a reaction, a pin, an edit, a deleted message. */
export interface PersonalAction {
  seq: number;
  at: number;
  type: EntryType;
  /** The message that it changed; null for a deleted message and for a notice. */
  target: number | null;
  /** The emoji of a reaction, or what a notice says, as JSON; null for other entries. */
  detail: string | null;
}

/** The state of a member; of a former member, what is still stored. */
export interface PersonalState {
  read: number;
  unreadFrom: number | null;
  /** The last message that a notification told them of; null if there was none. */
  notifiedTo: number | null;
  /** The first entry that they may read; 0 for all, null for a former member. */
  since: number | null;
  /** The last entry before they left; 0 if they never left or if it is not known. */
  leftAt: number;
}
