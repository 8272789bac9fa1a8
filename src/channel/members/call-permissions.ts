// What a member may do in the calls of a channel.
import { type CallPermission, callPermission, channelKinds } from "../../protocol";
import type { RosterMirror } from "./roster-mirror";

/**
 * Returns what a member may do in calls; null if the channel has no calls: a direct channel whose
 * other person is not in it, and every channel of a guild but those of the type `voice`.
 */
export function callPermissionsOf(roster: RosterMirror, user: string): CallPermission[] | null {
  const isAlone = channelKinds[roster.header.kind].roster === "pair" && roster.size < 2;
  if (isAlone || (roster.guild && roster.guild.type !== "voice")) return null;
  const { permissions } = roster.member(user);
  return callPermission.options.filter((name) => permissions.has(name));
}
