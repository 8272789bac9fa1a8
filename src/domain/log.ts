// What the rules need to know of a channel's log, and what they answer. The log itself lives in `channel/`.
import type { AppendingCommand, Event, Mentions, Pin, Reactions, Replies } from "../protocol";
import type { Annotations, ThreadTail } from "./annotations";

/** An appending command as the rules see it: without the id that only its socket needs. */
export type ComposedCommand = AppendingCommand extends infer C
  ? C extends { id: string }
    ? Omit<C, "id">
    : never
  : never;

/** What a command is about, without what makes a retry of it the same command. */
export type CommandContent = ComposedCommand extends infer C
  ? C extends ComposedCommand
    ? Omit<C, "nonce" | "epoch" | "after">
    : never
  : never;

export type EntryType = Event["type"];

/** The entry a nonce was used for. `digest` is the keyed hash of the text the command carried, null while the row still holds that text. */
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
  /** The thread it stands in; null on the channel itself. */
  thread: number | null;
  version: number;
  deleted: boolean;
  /** When `version` was made. Epoch milliseconds. */
  changedAt: number;
  /** The text it holds; null once deleted. */
  text: string | null;
  /** Hash of the text it was sent with; null while it still holds that text. */
  digest: string | null;
}

/** The log including what the current turn has added. */
export interface LogReader {
  readonly epoch: string;
  readonly head: number;
  message(seq: number): TargetMessage | null;
  annotations(seq: number): Annotations;
  /** The live replies below a message. */
  threadTail(root: number): ThreadTail;
  countPins(): number;
  /** Keyed hash of a text, so that a deleted body can be compared but not read. */
  digest(text: string): string;
}

/** A thread whose root shows something else once the entry is there; completed with the reply itself by whoever appends it. */
export interface ThreadUpdate {
  root: number;
  /** Who follows it from here on. */
  newFollowers: readonly string[];
}

/** What a command does to the log. Performed as it stands, in the transaction of its turn. */
export type AppendOutcome =
  | { kind: "send"; text: string; mentions: Mentions; replyTo: number | null; threadUpdate: ThreadUpdate | null }
  | { kind: "edit"; target: number; text: string; mentions: Mentions; digest: string; sentDigest: string }
  | { kind: "delete"; target: number; sentDigest: string; threadUpdate: ThreadUpdate | null }
  | { kind: "react"; type: "reaction.added" | "reaction.removed"; target: number; emoji: string; reactions: Reactions }
  | { kind: "pin"; type: "message.pinned" | "message.unpinned"; target: number; pin: Pin }
  | { kind: "follow"; type: "thread.followed" | "thread.unfollowed"; target: number; replies: Replies }
  /** The same command had been done before, or changes nothing. */
  | { kind: "known"; seq: number; at: number };

/** Entries that the directory causes: who came, who went, what the channel is called. */
export type Notice =
  | { type: "member.joined" | "member.changed"; data: { user: string; role: "owner" | "admin" | "member" } }
  | { type: "member.left"; data: { user: string } }
  | { type: "channel.changed"; data: { name: string; topic: string } };
