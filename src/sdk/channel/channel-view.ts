import type { MessageRows } from "./message-rows";
import type { ChannelSession } from "./session";
import type { ChannelView } from "./views";

export const CLOSED_CHANNEL: ChannelView = {
  messages: [],
  notices: [],
  phase: "closed",
  moreBefore: false,
  moreAfter: false,
  head: 0,
  role: null,
  permissions: [],
  reads: {},
  delivered: {},
  typing: [],
  here: [],
};

/** Builds the view of a channel from its log, its pending commands and its live state. */
export function viewOf(
  { log, history, pending, phase, liveState, typing }: ChannelSession,
  rows: MessageRows,
): ChannelView {
  const { messages = [], moreBefore = false, moreAfter = false } = log.window ?? {};
  return {
    messages: rows.build(messages, pending.list, null, (seq) => history.quote(seq)),
    notices: log.notices,
    phase,
    moreBefore,
    moreAfter,
    head: log.head,
    role: liveState.role,
    permissions: liveState.permissions,
    reads: liveState.reads.byUser,
    delivered: liveState.delivered.byUser,
    typing: typing.in(null),
    here: liveState.here,
  };
}
