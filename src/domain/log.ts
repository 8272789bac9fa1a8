// What the rules read of a channel's log, and what they return. The log is in `channel/log`.
import type {
  Attachment,
  ChannelId,
  ComposedCommand,
  Event,
  FileId,
  Mentions,
  Pin,
  Reactions,
  Replies,
  TicketId,
} from "../protocol";
import type { Annotations } from "./annotations";
import type { MessageParts } from "./message";

/** The content of a command, without the nonce and the cursor that identify the command. */
export type CommandContent = ComposedCommand extends infer C
  ? C extends ComposedCommand
    ? Omit<C, "nonce" | "epoch" | "after">
    : never
  : never;

/** The content of one type of command. */
export type CommandOf<T extends CommandContent["type"]> = Extract<CommandContent, { type: T }>;

export type EntryType = Event["type"];

/** The `detail` of a reply in a thread that is shown in the channel itself too. */
export const TO_CHANNEL = "channel";
/** The `detail` of a message that was forwarded. */
export const FORWARDED = "forwarded";

/** The entry that an earlier use of a nonce or key made. */
export type PriorEntry = {
  seq: number;
  at: number;
  nonce: string;
  type: EntryType;
  target: number | null;
  thread: number | null;
  replyTo: number | null;
  /** The emoji of a reaction, or `TO_CHANNEL` or `FORWARDED` of a message. */
  detail: string | null;
  /** The parts of the command, or the keyed hash of their content once the row has others. */
  content: { parts: MessageParts } | { digest: string };
};

interface TargetFields {
  seq: number;
  author: string;
  /** The root of its thread; null outside of threads. */
  thread: number | null;
  version: number;
  /** When the entry `version` was appended. Epoch milliseconds. */
  changedAt: number;
  /**
   * The keyed hash of the content with which the message was sent; null while the row still has
   * these parts.
   */
  digest: string | null;
}

export type LiveTarget = TargetFields & { state: "live"; parts: MessageParts };
/** The message that a command is about. */
export type TargetMessage = LiveTarget | (TargetFields & { state: "deleted" });

/** The log including the entries of the current turn. */
export interface LogReader {
  readonly channel: ChannelId;
  readonly epoch: string;
  readonly head: number;
  message(seq: number): TargetMessage | null;
  annotations(seq: number): Annotations;
  countPins(): number;
  /** Returns whom the texts of a message have mentioned so far, the present one included. */
  mentionsSoFar(target: Pick<TargetMessage, "seq" | "version">): Mentions;
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

export interface SendOutcome {
  kind: "send";
  parts: MessageParts;
  mentions: Mentions;
  replyTo: number | null;
  threadUpdate: ThreadUpdate | null;
  /** Whether a reply in a thread is shown in the channel itself too. */
  toChannel: boolean;
  /** Whether its sender says that it was forwarded. */
  forwarded: boolean;
  /** The files of the attachments, in their order. */
  files: readonly SentFile[];
}

/** A file that a message gets, by the ticket that makes its attachment. */
export interface SentFile {
  ticket: TicketId;
  file: FileId;
}

export interface EditOutcome {
  kind: "edit";
  target: number;
  parts: MessageParts;
  mentions: Mentions;
  /** Whom the texts of the message mentioned before this edit. */
  mentionsBefore: Mentions;
  digest: string;
  sentDigest: string;
  /** The attachments that the edit removes. */
  dropped: readonly Attachment[];
}

export interface DeleteOutcome {
  kind: "delete";
  target: number;
  sentDigest: string;
  threadUpdate: ThreadUpdate | null;
  /** The attachments of the message. */
  dropped: readonly Attachment[];
}

/** What a command does to the log. The writer performs it in the transaction of the turn. */
export type AppendOutcome =
  | SendOutcome
  | EditOutcome
  | DeleteOutcome
  | { kind: "react"; type: "reaction.added" | "reaction.removed"; target: number; emoji: string; reactions: Reactions }
  | { kind: "pin"; type: "message.pinned" | "message.unpinned"; target: number; pin: Pin }
  | { kind: "follow"; type: "thread.followed" | "thread.unfollowed"; target: number; replies: Replies }
  /** The command is a repeat, or changes nothing. */
  | { kind: "known"; seq: number; at: number };

/**
 * Entries without a message: joins, leaves, role changes and renames, which the directory causes,
 * and the beginning and the end of a call.
 */
export type Notice =
  | { type: "member.joined" | "member.changed"; data: { user: string; role: "owner" | "admin" | "member" } }
  | { type: "member.left"; data: { user: string } }
  | { type: "channel.changed"; data: { name: string; topic: string } }
  | CallNotice;

/** The two entries of a call. */
export type CallNotice =
  | { type: "call.started"; data: EventData<"call.started"> }
  | { type: "call.ended"; data: EventData<"call.ended"> };
type EventData<T extends EntryType> = Extract<Event, { type: T }>["data"];

/** The parts of a message before an edit. */
export interface MessageVersion {
  text: string;
  /** Left out if there were none. */
  attachments?: Attachment[];
  /** The seq of the entry that set it. */
  version: number;
  at: number;
}
