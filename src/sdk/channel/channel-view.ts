// The views of a channel and of its threads, as functions of the state of the channel's parts.
import type { Quote } from "../../protocol";
import type { ChannelThread } from "./channel-thread";
import type { LiveState } from "./live-state";
import type { ChannelLog } from "./log";
import type { MessageRows } from "./message-rows";
import { quoteOf } from "./message-states";
import type { PendingCommands } from "./pending-commands";
import type { Typing } from "./typing";
import type { ChannelView, Phase, ThreadView } from "./views";

export const CLOSED_CHANNEL: ChannelView = {
  messages: [],
  notices: [],
  phase: "closed",
  moreBefore: false,
  moreAfter: false,
  head: 0,
  role: null,
  permissions: [],
  timedOutUntil: null,
  slowMode: null,
  reads: {},
  delivered: {},
  typing: [],
  here: [],
  refused: [],
};

/** The parts of a channel whose state its views show. */
export interface ViewedParts {
  readonly log: ChannelLog;
  readonly pending: PendingCommands;
  readonly liveState: LiveState;
  readonly typing: Typing;
}

/** Leaves out the people whom this person blocks, and returns the same list if it has none. */
function without(users: readonly string[], blocked: ReadonlySet<string>): readonly string[] {
  return users.some((user) => blocked.has(user)) ? users.filter((user) => !blocked.has(user)) : users;
}

/** Returns the view of a channel. `rows` keeps the rows that do not change the same objects. */
export function viewOf(
  { log, pending, liveState, typing }: ViewedParts,
  phase: Phase,
  rows: MessageRows,
  blocked: ReadonlySet<string>,
): ChannelView {
  const { messages = [], moreBefore = false, moreAfter = false } = log.window ?? {};
  return {
    messages: rows.build(messages, pending.list, null, (seq) => loadedQuote(log, seq)),
    notices: log.notices,
    phase,
    moreBefore,
    moreAfter,
    head: log.head,
    role: liveState.role,
    permissions: liveState.permissions,
    timedOutUntil: liveState.timedOutUntil,
    slowMode: liveState.slowMode,
    reads: liveState.reads.byUser,
    delivered: liveState.delivered.byUser,
    typing: without(typing.in(null), blocked),
    here: without(liveState.here, blocked),
    refused: pending.refusedTexts,
  };
}

/** Returns the view of a thread. `phase` is that of its channel. */
export function threadViewOf(
  { log, pending, typing }: ViewedParts,
  phase: Phase,
  thread: ChannelThread,
  blocked: ReadonlySet<string>,
): ThreadView {
  const { root: seq, replies, rows } = thread;
  const root = log.message(seq);
  return {
    root: root ? rows.row(root, pending.list) : null,
    messages: rows.build(replies.window?.messages ?? [], pending.list, seq, (quoted) => loadedQuote(log, quoted)),
    moreBefore: replies.window?.moreBefore ?? false,
    phase: phaseOf(thread, phase),
    typing: without(typing.in(seq), blocked),
  };
}

function phaseOf({ isShown, replies, rootSlice }: ChannelThread, phase: Phase): Phase {
  if (!isShown && phase !== "gone") return "closed";
  const isLoading = replies.window === null || rootSlice.window === null;
  return isLoading && (phase === "live" || phase === "catching-up") ? "loading" : phase;
}

/** Returns the quote of a message, for a reply to it; null if the message is not loaded. */
function loadedQuote(log: ChannelLog, seq: number): Quote | null {
  const message = log.message(seq);
  return message ? quoteOf(seq, message.author, message.body) : null;
}
