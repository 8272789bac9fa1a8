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

/** What a channel shows of its log, its outbox and what the server said about it. */
export function viewOf(
  { log, history, pending, phase, standing, typing }: ChannelSession,
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
    role: standing.role,
    permissions: standing.permissions,
    reads: standing.reads.byUser,
    delivered: standing.delivered.byUser,
    typing: typing.in(null),
    here: standing.here,
  };
}
