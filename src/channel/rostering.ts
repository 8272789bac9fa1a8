// Taking a roster from the directory: in the same queue as the messages, so that whoever is removed is gone from the next command on.
import type { Roster } from "../domain/roster";
import { closeCodes } from "../protocol";
import type { Channel } from "./channel";
import type { Done } from "./turn";

/** Runs inside the turn's transaction; sockets close once it is stored. */
export function attemptRoster(channel: Channel, roster: Roster, reply: (revision: number) => void): Done {
  const change = channel.roster.apply(roster);
  return {
    event: null,
    settle: () => {
      for (const user of change.removed) removeMember(channel, user);
      closeSessions(channel, roster.endedSessions);
      reply(channel.roster.revision);
    },
  };
}

function removeMember(channel: Channel, user: string): void {
  for (const attached of channel.sockets.ofUser(user)) {
    channel.sockets.close(attached, closeCodes.removed, "no longer a member");
  }
  channel.fanOut.forget(user);
}

function closeSessions(channel: Channel, sessions: readonly string[]): void {
  const ended = new Set(sessions);
  for (const attached of channel.sockets.all()) {
    if (!ended.has(attached.attachment.session)) continue;
    channel.sockets.close(attached, closeCodes.sessionRevoked, "signed out");
  }
}
