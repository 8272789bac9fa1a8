// What a server sends over a socket.
import * as z from "zod";
import { errorFrame } from "./errors";
import { eventsFrame } from "./events";
import { commandId, epoch, position, time, userId } from "./ids";
import { inboxFrame } from "./inbox";
import { message } from "./message";
import { presenceFrame } from "./presence";
import { permission, role } from "./roles";
import { signalFrame } from "./signals";

/** The first frame of every socket. */
const helloFrame = z.object({
  type: z.literal("hello"),
  protocol: z.int(),
  user: userId,
  heartbeatMs: z.int(),
  /** What this socket's commands are held to (appending ones, on a channel): `burst` at once, then one every `everyMs`. */
  rate: z.object({ burst: z.int(), everyMs: z.number() }),
  /** The server's clock, for clients whose own is off. */
  at: time,
});

/** Answer to `channel.subscribe`: every event up to `head` has been sent, and every later one will be. */
const readyFrame = z.object({
  type: z.literal("ready"),
  id: commandId,
  epoch,
  head: position,
  role,
  permissions: z.array(permission),
  /** Read marks of the members who show theirs, by user. */
  reads: z.record(userId, position),
  /** How far each member's devices have come, as far as it is known. */
  delivered: z.record(userId, position),
  /** Who has the channel open, as far as they want to be seen. */
  here: z.array(userId).optional(),
});

/** Answer to `channel.subscribe`: `events` brought a part; subscribe again from its last seq. */
const moreFrame = z.object({ type: z.literal("more"), id: commandId, epoch, after: position, head: position });

/** Answer to a command whose event does not reach the sender as its acknowledgement: duplicates, no-ops, marks. */
const ackFrame = z.object({ type: z.literal("ack"), id: commandId, seq: position });

/** Answer to `history.page`: messages in their current state, ascending by seq. */
export const page = z.object({
  messages: z.array(message),
  /** Whether there are messages before the first and after the last. */
  moreBefore: z.boolean(),
  moreAfter: z.boolean(),
  /** The log's head and epoch when the page was read: every event after `head` applies on top of it. */
  head: position,
  epoch,
});
const pageFrame = z.object({ type: z.literal("page"), id: commandId, page });

/** The cursor is of no use (another epoch, or beyond the head): drop the local copy and load anew. */
const resetFrame = z.object({
  type: z.literal("reset"),
  id: commandId,
  reason: z.enum(["epoch", "beyond_head", "history"]),
  epoch,
  head: position,
});

/** The server asks for a new connection soon, for example before it moves. */
const reconnectFrame = z.object({ type: z.literal("reconnect"), afterMs: z.int().min(0) });

export const serverFrame = z.discriminatedUnion("type", [
  helloFrame,
  readyFrame,
  moreFrame,
  eventsFrame,
  ackFrame,
  pageFrame,
  inboxFrame,
  presenceFrame,
  signalFrame,
  errorFrame,
  resetFrame,
  reconnectFrame,
]);

export type ServerFrame = z.infer<typeof serverFrame>;
export type Page = z.infer<typeof page>;
export type FrameOf<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

/** A position somebody may ask to resume from. */
export const cursor = z.object({ epoch, after: position });
export type Cursor = z.infer<typeof cursor>;
