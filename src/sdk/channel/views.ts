// What a client shows. Everything here is derived from the log, the outbox and the state of the sockets.
import type {
  Body,
  ErrorCode,
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

/** How far a message or a change to it has come. `text` is what a refused edit would have said. */
export type MessageDelivery =
  | { state: "sending"; since: number }
  | { state: "sent" }
  | { state: "failed"; change: ChangeKind; code: ErrorCode | "offline"; detail: string; text?: string };

export interface MessageView {
  /** The nonce: the same before and after the server confirmed it, so a row keeps its place in a list. */
  key: string;
  /** Position in the log; null until confirmed. */
  seq: number | null;
  author: string;
  at: number;
  /** The text to show, optimistic edits included; null once deleted. */
  text: string | null;
  edited: boolean;
  /** Whom the confirmed text calls; null before it is confirmed and once it is deleted. */
  mentions: Mentions | null;
  reply: Quote | null;
  /** The message whose thread this one stands in; null on the channel itself. */
  thread: number | null;
  /** What I have just added and taken back included; the same holds for `pin` and the followers in `replies`. */
  reactions: Reactions["items"];
  replies: Replies;
  pin: Pin;
  /** State of the send, of the newest edit or deletion that is under way, or of the newest change that failed. */
  delivery: MessageDelivery;
  body: Body | null;
}

type NoticeEvent = Extract<Event, { type: "member.joined" | "member.left" | "member.changed" | "channel.changed" }>;

/** What happened to the channel itself, as a line between its messages. */
export type ChannelNotice = NoticeEvent extends infer E
  ? E extends NoticeEvent
    ? Pick<E, "seq" | "at" | "actor" | "type" | "data">
    : never
  : never;

export type Phase = "closed" | "loading" | "live" | "catching-up" | "gone";

export interface ChannelView {
  /** What stands on the channel itself, ascending; unconfirmed messages last, in the order they were written. */
  messages: MessageView[];
  /** Those this device has heard of within the loaded window, ascending: pages of history bring none. */
  notices: readonly ChannelNotice[];
  phase: Phase;
  /** Whether older and newer messages exist beyond the loaded window. */
  moreBefore: boolean;
  moreAfter: boolean;
  head: number;
  role: Role | null;
  /** What I may do here; empty until the channel has been live. */
  permissions: readonly Permission[];
  /** Read marks by user. */
  reads: Readonly<Record<string, number>>;
  /** How far a device of theirs has come, by user. */
  delivered: Readonly<Record<string, number>>;
  /** Who of the others is writing on the channel itself, in the order in which they began. */
  typing: readonly string[];
  /** Who has the channel open, myself included, as far as they want to be seen. */
  here: readonly string[];
}

export interface ThreadView {
  /** The message the thread hangs on; null until it is loaded, and where there is none. */
  root: MessageView | null;
  /** Its replies, ascending; unconfirmed ones last. */
  messages: MessageView[];
  moreBefore: boolean;
  phase: Phase;
  /** Who of the others is writing in it. */
  typing: readonly string[];
}
