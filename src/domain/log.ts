// What the rules read of a channel's log, and what they return. The log is in `channel/log`.
import type { ComposedCommand, Event, Mentions, Pin, Reactions, Replies } from "../protocol";
import type { Annotations } from "./annotations";

/** The content of a command, without the nonce and the cursor that identify the command. */
export type CommandContent = ComposedCommand extends infer C
  ? C extends ComposedCommand
    ? Omit<C, "nonce" | "epoch" | "after">
    : never
  : never;

export type EntryType = Event["type"];

/**
 * The entry that an earlier use of a nonce or key made. `digest` is the keyed hash of the command's
 * text; null while the row still holds that text.
 */
export type PriorEntry = {
  seq: number;
  at: number;
  nonce: string;
  type: EntryType;
  target: number | null;
  thread: number | null;
  replyTo: number | null;
  /** The emoji of a reaction. */
  detail: string | null;
  text: string | null;
  digest: string | null;
};

export interface TargetMessage {
  seq: number;
  author: string;
  /** The root of its thread; null outside of threads. */
  thread: number | null;
  version: number;
  deleted: boolean;
  /** When the entry `version` was appended. Epoch milliseconds. */
  changedAt: number;
  /** The current text; null after a deletion. */
  text: string | null;
  /**
   * The keyed hash of the text with which the message was sent; null while the row still holds that
   * text.
   */
  digest: string | null;
}

/** The log including the entries of the current turn. */
export interface LogReader {
  readonly epoch: string;
  readonly head: number;
  message(seq: number): TargetMessage | null;
  annotations(seq: number): Annotations;
  countPins(): number;
  /**
   * Returns the keyed hash of a text. So the text of a deleted message can be compared but not
   * read.
   */
  digest(text: string): string;
}

/** A change of a thread's summary, by a new reply or by a deleted one. */
export interface ThreadUpdate {
  root: number;
  /** Users who follow the thread from this entry on; null if they stay as they are. */
  followers: readonly string[] | null;
}

/** What a command does to the log. The writer performs it in the transaction of the turn. */
export type AppendOutcome =
  | { kind: "send"; text: string; mentions: Mentions; replyTo: number | null; threadUpdate: ThreadUpdate | null }
  | { kind: "edit"; target: number; text: string; mentions: Mentions; digest: string; sentDigest: string }
  | { kind: "delete"; target: number; sentDigest: string; threadUpdate: ThreadUpdate | null }
  | { kind: "react"; type: "reaction.added" | "reaction.removed"; target: number; emoji: string; reactions: Reactions }
  | { kind: "pin"; type: "message.pinned" | "message.unpinned"; target: number; pin: Pin }
  | { kind: "follow"; type: "thread.followed" | "thread.unfollowed"; target: number; replies: Replies }
  /** The command is a repeat, or changes nothing. */
  | { kind: "known"; seq: number; at: number };

/** Entries that the directory causes: joins, leaves, role changes and renames. */
export type Notice =
  | { type: "member.joined" | "member.changed"; data: { user: string; role: "owner" | "admin" | "member" } }
  | { type: "member.left"; data: { user: string } }
  | { type: "channel.changed"; data: { name: string; topic: string } };

/** A text of a message before an edit. */
export interface MessageVersion {
  text: string;
  /** The seq of the entry that set it. */
  version: number;
  at: number;
}
