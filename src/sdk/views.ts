// What a client shows. Everything here is derived from the log, the outbox and the state of the sockets.
import type { Body, ErrorCode, InboxRow, Permission, Profile, Role } from "../protocol";

/** Where a socket stands: each state carries only what it knows. */
export type ConnectionState =
  | { state: "idle" }
  | { state: "connecting"; attempt: number }
  | { state: "online" }
  | { state: "waiting"; attempt: number; retryAt: number }
  | { state: "signed-out" };

/** How far a message or a change to it has come. */
export type Delivery =
  | { state: "sending"; since: number }
  | { state: "sent" }
  | { state: "failed"; code: ErrorCode | "offline"; detail: string };

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
  /** State of the send, or of the newest change to it that is under way. */
  delivery: Delivery;
  body: Body | null;
}

export interface ChannelView {
  /** Ascending; unconfirmed messages last, in the order they were written. */
  messages: MessageView[];
  phase: "closed" | "loading" | "live" | "catching-up" | "gone";
  /** Whether older and newer messages exist beyond the loaded window. */
  moreBefore: boolean;
  moreAfter: boolean;
  head: number;
  role: Role | null;
  /** What I may do here; empty until the channel has been live. */
  permissions: readonly Permission[];
  /** Read marks by user. */
  reads: Readonly<Record<string, number>>;
}

export interface InboxEntry {
  id: string;
  kind: "direct" | "group";
  /** Everyone in it, myself included. */
  members: Profile[];
  row: InboxRow;
}
