// Ends sessions in a channel. Runs at once and not in the turn: a command that waits for its turn
// is then refused, because its socket is closed or its access token is too old.
import { type RpcResult, succeed } from "../../domain/error";
import type { EndedSessions } from "../../domain/ports";
import type { Channel } from "../channel";

/**
 * Closes the sockets of ended sessions, refuses their access tokens and ends the held polls of the
 * user. Returns whether no older roster can bring the user back with a lower token cutoff: the user
 * is a member, or the channel is large and asks the directory. Without a log there is nothing to
 * end.
 */
export function endSessions(
  channel: Pick<Channel, "roster" | "visitors" | "sockets" | "heldPolls" | "calls"> | null,
  ended: EndedSessions,
): RpcResult<boolean> {
  if (!channel) return succeed(false);
  const isMember = channel.roster.raiseTokensFrom(ended.user, ended.tokensFrom);
  channel.visitors.onSessionsEnded(ended);
  channel.sockets.closeEnded(ended);
  channel.calls.removeEnded(ended);
  // A held poll then checks its access token again.
  channel.heldPolls.answerUser(ended.user, true);
  return succeed(isMember || channel.roster.isLarge);
}
