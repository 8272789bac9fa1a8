// The frames of a server.
import * as z from "zod";
import { callAnswer, callView } from "./calls";
import { errorFrame } from "./errors";
import { callEnded, eventsFrame } from "./events";
import { headsFrame } from "./heads";
import { commandId, epoch, position, time, userId } from "./ids";
import { inboxFrame } from "./inbox";
import { message } from "./message";
import { presenceFrame } from "./presence";
import { callPermission, permission, role } from "./roles";
import { signalFrame } from "./signals";

/**
 * Slow mode, for those whom it binds: seconds between two messages, and when the next one is
 * possible, if that is later than now.
 */
const slowMode = z.object({ seconds: z.int(), nextAt: time.optional() });

/** The first frame of every socket. */
const helloFrame = z.object({
  type: z.literal("hello"),
  protocol: z.int(),
  user: userId,
  heartbeatMs: z.int(),
  /**
   * The rate of this socket's commands; on a channel socket, of its appending commands only.
   * `burst` at once, then one every `everyMs`.
   */
  rate: z.object({ burst: z.int(), everyMs: z.number() }),
  /** The server's time, for clients whose clock is wrong. */
  at: time,
});

/**
 * The answer to `channel.subscribe`: all events up to `head` were sent, and later ones will be
 * sent.
 */
const readyFrame = z.object({
  type: z.literal("ready"),
  id: commandId,
  epoch,
  head: position,
  role,
  permissions: z.array(permission),
  /**
   * True if the channel is large: see `fullChannelViewers`. It has no marks of others, and nobody
   * is named in `here`. Left out otherwise.
   */
  large: z.boolean().optional(),
  /** What I may do in the calls of the channel; left out where there are none. */
  calls: z.array(callPermission).optional(),
  /** The call that is on; left out if there is none. */
  call: callView.optional(),
  /** When my time-out ends; left out without one. */
  timedOutUntil: time.optional(),
  /** Left out without slow mode, and for those whom it does not bind. */
  slowMode: slowMode.optional(),
  /** Read marks by user, of members who show their receipts. */
  reads: z.record(userId, position),
  /** Delivered marks by user, as far as they are known. */
  delivered: z.record(userId, position),
  /** The users who have the channel open, without those who are invisible. */
  here: z.array(userId).optional(),
});

/**
 * What I may do in a channel of a guild, after it changed. It replaces `role`, `permissions`,
 * `calls`, `timedOutUntil` and `slowMode` of `ready`.
 */
const permissionsFrame = z.object({
  type: z.literal("permissions"),
  role,
  permissions: z.array(permission),
  calls: z.array(callPermission).optional(),
  timedOutUntil: time.optional(),
  slowMode: slowMode.optional(),
});

/**
 * The answer to `channel.subscribe`: there are more events. The client subscribes again from
 * `after`.
 */
const moreFrame = z.object({ type: z.literal("more"), id: commandId, epoch, after: position, head: position });

/**
 * The answer to a command that is not acknowledged by its event: repeats, commands that change
 * nothing, marks, and commands of calls. `call` is the call that the command concerns, while it is
 * on.
 */
const ackFrame = z.object({ type: z.literal("ack"), id: commandId, seq: position, call: callAnswer.optional() });

/**
 * A page of history: messages in their current state, ascending by seq. The answer to
 * `history.page`.
 */
export const page = z.object({
  messages: z.array(message),
  /** Whether there are messages before the first and after the last. */
  moreBefore: z.boolean(),
  moreAfter: z.boolean(),
  /**
   * The calls that ended within the page, ascending, the newest `callsPerPage`. Left out if there
   * are none. A page reaches from its first message, or the beginning of the log, to the position
   * from which it was requested, or its last message. Pages of threads have none.
   */
  calls: z.array(callEnded).optional(),
  /** The head and epoch when the page was read. Events after `head` apply on top of the page. */
  head: position,
  epoch,
});
const pageFrame = z.object({ type: z.literal("page"), id: commandId, page });

/** The cursor is unusable. The client drops its copy of the log and loads it again. */
const resetFrame = z.object({
  type: z.literal("reset"),
  id: commandId,
  reason: z.enum(["epoch", "beyond_head", "history"]),
  epoch,
  head: position,
});

/** The server asks the client to reconnect after `afterMs`, for example before the server moves. */
const reconnectFrame = z.object({ type: z.literal("reconnect"), afterMs: z.int().min(0) });

export const serverFrame = z.discriminatedUnion("type", [
  helloFrame,
  readyFrame,
  permissionsFrame,
  moreFrame,
  eventsFrame,
  ackFrame,
  pageFrame,
  inboxFrame,
  headsFrame,
  presenceFrame,
  signalFrame,
  errorFrame,
  resetFrame,
  reconnectFrame,
]);

export type ServerFrame = z.infer<typeof serverFrame>;
export type Page = z.infer<typeof page>;
export type FrameOf<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

/** A position from which a client can resume. */
export const cursor = z.object({ epoch, after: position });
export type Cursor = z.infer<typeof cursor>;
