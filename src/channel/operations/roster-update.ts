// Taking a roster from the directory: in the same queue as the messages, so that whoever is removed is gone from the next command on, and
// hears nothing that comes after the entry of their removal.
import { noticesOf, type PendingNotice, type Roster } from "../../domain/roster";
import { closeCodes, type Event } from "../../protocol";
import type { Channel } from "../channel";
import type { TurnResult } from "../log/turn";

/** Runs inside the turn's transaction; sockets close once it is stored. */
export function updateRoster(channel: Channel, roster: Roster, reply: (revision: number) => void): TurnResult {
  const { roster: mirror, log } = channel;
  const change = mirror.changeTo(roster);
  const isNewer = roster.revision > mirror.revision;
  const isReborn = isNewer && roster.life > log.header.life;
  if (isReborn) log.beginEpoch(roster.life);
  const isTold = isNewer && log.header.kind === "group";
  const notices = isTold ? [...rename(channel, roster), ...noticesOf(mirror.members, roster, change)] : [];
  const events = notices.map((notice) => appendNotice(channel, notice));
  const gone = events.flatMap((event) =>
    event.type === "member.left"
      ? [{ user: event.data.user, seq: event.seq, since: mirror.get(event.data.user)?.since ?? 0 }]
      : [],
  );
  for (const user of change.removed) mirror.remove(user);
  const turned = change.put.filter(({ user, hidden }) => (mirror.get(user)?.hidden ?? hidden) !== hidden);
  for (const member of change.put) mirror.put({ ...member, since: sinceOf(channel, member.user, events) });
  if (isNewer) mirror.setRevision(roster.revision);
  return {
    events,
    beforeBroadcast: (all) => {
      channel.sockets.closeSessions(roster.endedSessions);
      for (const { user, hidden } of turned) channel.channelPresence.onVisibilityChanged(user, !hidden);
      if (isReborn) beginAnew(channel);
      for (const { user, seq, since } of gone) {
        const visible = all.filter((event) => event.seq <= seq);
        dismiss(channel, user, visible, since);
      }
    },
    answer: () => reply(mirror.revision),
  };
}

function rename({ log }: Channel, roster: Roster): PendingNotice[] {
  const { name, topic } = roster;
  if (name === log.header.name && topic === log.header.topic) return [];
  const actor = roster.causes.findLast((cause) => cause.subject === "")?.actor ?? roster.createdBy;
  return [{ type: "channel.changed", actor, data: { name, topic } }];
}

function appendNotice(channel: Channel, { actor, ...notice }: PendingNotice): Event {
  const { log } = channel;
  if (notice.type === "channel.changed") log.rename(notice.data.name, notice.data.topic);
  return log.appendNotice(notice, { actor, nonce: crypto.randomUUID(), at: log.timeAt(channel.now()) });
}

/** Nobody who holds something of the life before may go on from it. */
function beginAnew({ sockets, memberStates, deliveredMarks, fanOut, archiver, log, now }: Channel): void {
  for (const connected of sockets.all()) sockets.close(connected, closeCodes.restarted, "restored");
  memberStates.clamp(log.head, now());
  deliveredMarks.clamp(log.head);
  fanOut.onEntriesAppended();
  archiver.rebuild();
}

/** The first entry a member may read: everything, or what begins with their own coming. */
function sinceOf({ log, roster }: Channel, user: string, events: readonly Event[]): number {
  if (log.header.history === "all") return 0;
  const joined = events.findLast((event) => event.type === "member.joined" && event.data.user === user);
  return joined?.seq ?? roster.get(user)?.since ?? 0;
}

/** The last that somebody hears is that they went; `since` is what they might read from, while they might. */
function dismiss(channel: Channel, user: string, visible: Event[], since: number): void {
  for (const connected of channel.sockets.ofUser(user)) {
    if (connected.state.joined) channel.broadcaster.sendEvents(connected, visible, since, visible.at(-1)?.seq);
    channel.sockets.close(connected, closeCodes.removed, "no longer a member");
  }
  if (channel.roster.get(user)) return;
  channel.deliveredMarks.forget(user);
  channel.inboxRows.forget(user);
  channel.notifications.forget(user);
  channel.fanOut.drop(user);
}
