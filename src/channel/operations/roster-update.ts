// Applies rosters of the directory, in the same queue as the messages. A removed member is refused
// from the next command on, and gets no event after the entry of their removal.
import { type RpcResult, succeed } from "../../domain/error";
import { noticesOfGuild, withVisibleMembers } from "../../domain/guild-roster";
import {
  isRejoined,
  noticesOf,
  type PendingNotice,
  type Roster,
  type RosterChange,
  type RosterMember,
} from "../../domain/roster";
import { channelKinds, closeCodes, type Event } from "../../protocol";
import type { Channel } from "../channel";
import type { TurnResult } from "../log/turn";
import { emptyCursor } from "../members/notification-cursor";

type RosterParts = Pick<Channel, "log" | "roster">;
/** The parts that hold something of each member. */
export type RemovalParts = Pick<
  Channel,
  "sockets" | "broadcaster" | "deliveredMarks" | "typingSignals" | "inboxRows" | "notifications" | "inboxRemovals"
>;
type SizeParts = Pick<Channel, "roster" | "memberStates" | "inboxRows" | "mentioned" | "headReporter" | "now">;
type BlockParts = RosterParts & Pick<Channel, "sockets" | "heldPolls" | "memberStates" | "fanOut" | "now">;
type RosterUpdateParts = RosterParts &
  BlockParts &
  RemovalParts &
  SizeParts &
  Pick<Channel, "timeOutEnds" | "memberStates" | "channelPresence" | "fanOut" | "archiver" | "now">;

/**
 * Applies a roster in the next turn. Returns the revision that the channel then has. A deleted
 * group has nothing to apply it to.
 */
export async function applyRoster(
  channel: (RosterUpdateParts & Pick<Channel, "turn">) | null,
  roster: Roster,
): Promise<RpcResult<number>> {
  if (!channel) return succeed(roster.revision);
  return await channel.turn.enqueueWrite(0, (reply) => updateRoster(channel, roster, (held) => reply(succeed(held))));
}

/** Runs inside the transaction of the turn. Sockets are closed after the transaction. */
function updateRoster(channel: RosterUpdateParts, given: Roster, reply: (revision: number) => void): TurnResult {
  const { roster: mirror, log } = channel;
  const roster = withVisibleMembers(given);
  const wasLarge = mirror.isLarge;
  const hereBefore = channel.channelPresence.visible();
  const forgetsVisitors = mustForgetVisitors(channel, roster);
  if (forgetsVisitors) mirror.forgetVisitors();
  const change = mirror.changeTo(roster);
  const headBefore = log.head;
  const hasEntered = isEntered(channel, change);
  const isNewer = roster.revision > mirror.revision;
  const isRestored = isNewer && roster.epochNumber > log.header.epochNumber;
  if (isRestored) log.beginEpoch(roster.epochNumber);
  const hasNotices = isNewer && channelKinds[log.header.kind].hasNotices;
  const notices = hasNotices ? [...renameNotices(channel, roster), ...memberNotices(channel, given, change)] : [];
  const events = notices.map((notice) => appendNotice(channel, notice));
  const leavers = leaversOf(channel, change, events, headBefore);
  mirror.recordFormer(leavers);
  for (const user of change.removed) mirror.remove(user);
  channel.memberStates.addLeaving(change.removed, channel.now());
  const visibilityChanged = change.put.filter(({ user, hidden }) => (mirror.get(user)?.hidden ?? hidden) !== hidden);
  const pauseBefore = mirror.pauseMs;
  if (isNewer) mirror.setRevision(roster);
  const earlier = isNewer && roster.guild ? mirror.members : [];
  if (isNewer) mirror.resolveAll();
  const blocking = change.put.filter(({ user, blocks = false }) => blocks !== (mirror.get(user)?.blocks ?? false));
  for (const member of change.put)
    mirror.put({ ...member, since: sinceOf(channel, member, events), ...untilOf(channel, member) });
  // A change of roles or overrides may give or take `history` without another change of the member.
  for (const member of mirror.members) {
    const since = isNewer && roster.guild ? sinceOf(channel, member, events) : member.since;
    if (since !== member.since) mirror.put({ ...member, since });
  }
  const isResized = mirror.isLarge !== wasLarge;
  if (isResized) storeStates(channel);
  return {
    events,
    beforeBroadcast: (turnEvents) => {
      if (isResized) channel.deliveredMarks.clear();
      if (isResized) channel.channelPresence.onSizeChanged(hereBefore);
      if (isResized) channel.headReporter.onResized();
      if (forgetsVisitors) closeAll(channel, "visit again");
      for (const member of earlier)
        if (mirror.isPermittedOtherwise(member) || mirror.pauseMs !== pauseBefore)
          channel.timeOutEnds.showPermissions(member.user);
      channel.timeOutEnds.arm();
      for (const { user, hidden } of visibilityChanged) channel.channelPresence.onVisibilityChanged(user, !hidden);
      if (isRestored) resetAfterRestore(channel);
      for (const { user } of blocking) onBlockChanged(channel, user);
      // No notice tells the devices of a direct channel that the person who was asked has entered.
      if (hasEntered) for (const { user } of mirror.members) channel.fanOut.recheck(user);
      for (const { user, seq, since } of leavers) {
        const lastEvents = turnEvents.filter((event) => event.seq <= seq);
        removeMember(channel, user, lastEvents, since);
      }
    },
    answer: () => reply(mirror.revision),
  };
}

/**
 * Whether what a large channel knows of its visitors may be wrong: a restore brought it back, or
 * the directory does not know everything that has changed.
 */
const mustForgetVisitors = ({ log, roster: mirror }: RosterParts, { revision, epochNumber, delta }: Roster): boolean =>
  delta !== undefined && revision > mirror.revision && (!delta.isComplete || epochNumber > log.header.epochNumber);

/**
 * Stores the states of the members as a large channel stores them, or as others do. A channel that
 * became large remembers those whose mention or notification is open.
 */
function storeStates({ roster, memberStates, inboxRows, mentioned, now }: SizeParts): void {
  mentioned.clear();
  for (const user of roster.isLarge ? roster.users : []) {
    const isOpen = inboxRows.newestMention(user, 0) !== null || memberStates.cursorOf(user)?.shown;
    if (isOpen) mentioned.add(user);
  }
  memberStates.setLarge(roster.isLarge, roster.users, now());
}

const closeAll = ({ sockets }: Pick<Channel, "sockets">, reason: string): void => {
  for (const connected of sockets.all()) sockets.close(connected, closeCodes.restarted, reason);
};

/** Whether a person enters a direct channel that the other person had opened before. */
const isEntered = ({ log, roster }: RosterParts, { put }: RosterChange): boolean =>
  channelKinds[log.header.kind].roster === "pair" &&
  roster.members.length > 0 &&
  put.some(({ user }) => roster.get(user) === null);
interface Leaver {
  user: string;
  /** The last entry that they may know. */
  seq: number;
  /** The first entry that they could read; 0 for all. */
  since: number;
}

/** The notices of the members of a group, or the joins of a guild in its welcome channel. */
const memberNotices = ({ roster: mirror, log }: RosterParts, given: Roster, change: RosterChange): PendingNotice[] =>
  channelKinds[log.header.kind].roster === "by_view"
    ? noticesOfGuild(mirror.guild?.revision ?? 0, given)
    : noticesOf(mirror.members, given, change);

/**
 * Returns the members who leave, also those who joined again in the same roster. A member who has
 * no notice of their removal may know nothing later than `headBefore`.
 */
function leaversOf(
  { roster, log }: RosterParts,
  { removed, put }: RosterChange,
  events: readonly Event[],
  headBefore: number,
): Leaver[] {
  const isOfGuild = channelKinds[log.header.kind].roster === "by_view";
  const rejoined = isOfGuild ? put.filter((member) => isRejoined(roster.get(member.user), member)) : [];
  const sinceOfLeaver = (user: string) => roster.get(user)?.since ?? 0;
  const noticed = events.flatMap((event) =>
    event.type === "member.left"
      ? [{ user: event.data.user, seq: event.seq, since: sinceOfLeaver(event.data.user) }]
      : [],
  );
  // A direct channel has no notices. Its members leave it only when their account is erased. A
  // channel of a guild has none of a member who leaves or may no longer see it.
  const silent = [...removed, ...rejoined.map(({ user }) => user)]
    .filter((user) => !noticed.some((leaver) => leaver.user === user))
    .map((user) => ({ user, seq: headBefore, since: sinceOfLeaver(user) }));
  return [...noticed, ...silent];
}

function renameNotices({ log }: RosterParts, roster: Roster): PendingNotice[] {
  const { name, topic } = roster;
  // A deleted group has no name. Its members get no rename before their removal.
  if (roster.members.length === 0 && !roster.delta) return [];
  if (name === log.header.name && topic === log.header.topic) return [];
  const actor = roster.causes.findLast((cause) => cause.subject === "")?.actor ?? roster.createdBy;
  return [{ type: "channel.changed", actor, data: { name, topic } }];
}

function appendNotice({ log, now }: Pick<Channel, "log" | "now">, { actor, ...notice }: PendingNotice): Event {
  if (notice.type === "channel.changed") log.setNameAndTopic(notice.data.name, notice.data.topic);
  return log.appendNotice(notice, { actor, nonce: crypto.randomUUID(), at: log.timeAt(now()) });
}

/**
 * Drops everything that belongs to the previous epoch: sockets, marks beyond the head, the archive.
 */
function resetAfterRestore({
  sockets,
  memberStates,
  deliveredMarks,
  fanOut,
  archiver,
  log,
  now,
}: Pick<Channel, "sockets" | "memberStates" | "deliveredMarks" | "fanOut" | "archiver" | "log" | "now">): void {
  closeAll({ sockets }, "restored");
  memberStates.clamp(log.head, now());
  deliveredMarks.clamp(log.head);
  fanOut.onLogChanged([]);
  archiver.rebuild();
}

/**
 * Returns the first entry that a member may see: 0 for all, or the entry of their own joining. In a
 * guild, a member without `history` sees what follows the turn in which they came or lost it.
 */
function sinceOf({ log, roster }: RosterParts, member: RosterMember, events: readonly Event[]): number {
  const { user } = member;
  if (channelKinds[log.header.kind].roster === "by_view") {
    if (roster.permissionsOf(member).has("history")) return 0;
    const known = roster.get(user);
    return known && known.since > 0 && !isRejoined(known, member) ? known.since : log.head + 1;
  }
  if (log.header.history === "all") return 0;
  const joined = events.findLast((event) => event.type === "member.joined" && event.data.user === user);
  return joined?.seq ?? roster.get(user)?.since ?? 0;
}

/** Returns the last entry that a member sees who blocks the other person, or nothing. */
function untilOf({ log, roster }: RosterParts, { user, blocks }: RosterMember): { until?: number } {
  return blocks ? { until: roster.get(user)?.until ?? log.head } : {};
}

/**
 * Lets the devices of a member who began or ended a block connect again: their log ends at the
 * block, or continues. What was written during a block notifies nobody later.
 */
function onBlockChanged(
  { sockets, heldPolls, memberStates, fanOut, log, roster, now }: BlockParts,
  user: string,
): void {
  for (const connected of sockets.ofUser(user)) sockets.close(connected, closeCodes.restarted, "subscribe again");
  heldPolls.answerUser(user, true);
  if (!roster.isReached(user)) return;
  memberStates.setCursor(user, { ...(memberStates.cursorOf(user) ?? emptyCursor), seq: log.head });
  memberStates.save(now());
  fanOut.recheck(user);
}

/**
 * Sends a member who leaves the last events they may see, which end with their removal, and closes
 * their sockets. `since` is the first entry they could see. A member who joined again in the same
 * roster is kept.
 */
export function removeMember(
  channel: Pick<Channel, "roster"> & RemovalParts,
  user: string,
  lastEvents: readonly Event[],
  since: number,
): void {
  for (const connected of channel.sockets.ofUser(user)) {
    if (connected.state.joined) channel.broadcaster.sendEvents(connected, lastEvents, since, lastEvents.at(-1)?.seq);
    channel.sockets.close(connected, closeCodes.removed, "no longer a member");
  }
  if (channel.roster.get(user)) return;
  channel.deliveredMarks.forget(user);
  channel.typingSignals.forget(user);
  channel.inboxRows.forget(user);
  channel.notifications.forget(user);
  channel.inboxRemovals.begin(user);
}
