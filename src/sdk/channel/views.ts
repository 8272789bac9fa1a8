// What a program shows of a channel. All of it is derived from the log, the outbox and the state of
// the socket.
import type {
  Attachment,
  Body,
  Event,
  Mentions,
  Permission,
  Pin,
  Quote,
  Reactions,
  Replies,
  Role,
} from "../../protocol";
import type { ChangeKind } from "../outbox/command-composer";
import type { OutgoingFile, RefusalCode } from "../outbox/outbox";

/** The delivery of a message or of a change to it. `text` is the text of a refused edit. */
export type MessageDelivery =
  | { state: "sending"; since: number }
  | { state: "sent" }
  | { state: "failed"; change: ChangeKind; code: RefusalCode; detail: string; text?: string };

export interface MessageView {
  /**
   * The nonce. It stays the same when the server confirms the message, so a list keeps its rows.
   */
  key: string;
  /** The seq; null until the message is confirmed. */
  seq: number | null;
  author: string;
  at: number;
  /** Whether the message is deleted, with unconfirmed deletions. */
  state: Body["state"];
  /** The text to show, with unconfirmed edits. Empty if there is none, and once deleted. */
  text: string;
  /** Empty once deleted. */
  attachments: readonly Attachment[];
  /** The files of a message that is not confirmed, with how far they are uploaded. */
  files?: readonly OutgoingFileView[];
  edited: boolean;
  /** The mentions of the confirmed text. Null until it is confirmed, and once it is deleted. */
  mentions: Mentions | null;
  reply: Quote | null;
  /** Whether its sender says that it was forwarded. */
  forwarded: boolean;
  /** The root of the thread that the message belongs to. Null outside threads. */
  thread: number | null;
  /**
   * The reactions with unconfirmed changes. `pin` and the followers in `replies` include them too.
   */
  reactions: Reactions["items"];
  replies: Replies;
  pin: Pin;
  /**
   * The delivery of the message, of the newest unconfirmed edit or deletion, or of the newest
   * failed change.
   */
  delivery: MessageDelivery;
  body: Body | null;
}

/** A file of a message on its way. */
export interface OutgoingFileView extends Omit<OutgoingFile, "upload" | "ticket"> {
  /** The bytes that have been sent. */
  sent: number;
  isComplete: boolean;
}

/** A text that the server refused for good. It is kept until it is retried or discarded. */
export interface RefusedText {
  /** For `retry` and `discard`. */
  key: string;
  text: string;
  /** Whether it is a message or the edit of one. */
  change: "send" | "edit";
  /** The message that the edit concerns; null for a message that was not sent. */
  seq: number | null;
  /** The root of its thread; null outside threads and for an edit. */
  thread: number | null;
  /** When it was written, by this device's clock. */
  at: number;
  code: RefusalCode;
  /** The name that the channel had; empty if it is not known. */
  channelName: string;
}

/** What a message said before an edit. `version` is the seq of the entry that set it. */
export interface MessageVersionView {
  text: string;
  /** Left out if there were none. */
  attachments?: readonly Attachment[] | undefined;
  version: number;
  at: number;
}

type NoticeType = "member.joined" | "member.left" | "member.changed" | "channel.changed" | "call.ended";
type NoticeEvent = Extract<Event, { type: NoticeType }>;

/** An entry about the channel itself, shown between its messages. */
export type ChannelNotice = NoticeEvent extends infer E
  ? E extends NoticeEvent
    ? Pick<E, "seq" | "at" | "actor" | "type" | "data">
    : never
  : never;

/** Seconds between two messages, and when the next one is possible, by the server's clock. */
export interface SlowModeView {
  seconds: number;
  nextAt: number;
}

export type Phase = "closed" | "loading" | "live" | "catching-up" | "gone";

export interface ChannelView {
  /** Messages outside threads, ascending. Unconfirmed ones come last, in the order of sending. */
  messages: MessageView[];
  /**
   * Notices within the loaded window, ascending. Pages of history contain calls; the others are
   * those that were received live.
   */
  notices: readonly ChannelNotice[];
  phase: Phase;
  /** Whether older and newer messages exist beyond the loaded window. */
  moreBefore: boolean;
  moreAfter: boolean;
  head: number;
  role: Role | null;
  /** The permissions of this person. Empty until the channel has been live. */
  permissions: readonly Permission[];
  /** Slow mode, as far as it binds this person; null if it does not. */
  slowMode: SlowModeView | null;
  /** When the time-out of this person ends, by the server's clock; null without one. */
  timedOutUntil: number | null;
  /** Read marks by user. */
  reads: Readonly<Record<string, number>>;
  /** Delivered marks by user. */
  delivered: Readonly<Record<string, number>>;
  /** Other users who are typing outside threads, in the order in which they began. */
  typing: readonly string[];
  /** Users who have the channel open, this person included, unless they hide it. */
  here: readonly string[];
  /** The texts that the server refused, also edits and replies that are not loaded. */
  refused: readonly RefusedText[];
}

export interface ThreadView {
  /** The message that the thread replies to. Null until it is loaded, or if it does not exist. */
  root: MessageView | null;
  /** The replies, ascending. Unconfirmed ones come last. */
  messages: MessageView[];
  moreBefore: boolean;
  phase: Phase;
  /** Other users who are typing in the thread. */
  typing: readonly string[];
}
