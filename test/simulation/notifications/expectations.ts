// What has to arrive, and whether it did. A notification of a message is expected at a device whose
// person certainly wanted it, from before the send until it arrived or had to arrive. A
// notification of the channel that covers the message or a newer one fulfils the expectation.
import { bounds } from "./bounds.ts";
import type {
  ChannelHistory,
  History,
  Interruption,
  Membership,
  PushTarget,
  SentMessage,
  UserHistory,
} from "./history.ts";

export type Reason = "direct" | "mention" | "first unread" | "still unread";

export interface Expectation {
  message: SentMessage;
  target: PushTarget;
  reason: Reason;
  deadline: number;
  /** When a notification that covers the message arrived; null where none did. */
  arrivedAt: number | null;
  /** The person's state changed before the deadline, so the notification may or may not come. */
  isUndecided: boolean;
}

/**
 * The deadline for something that could arrive from `from` on. Every interruption before it starts
 * the time anew.
 */
export function deadlineOf(from: number, withinMs: number, interruptions: readonly Interruption[]): number {
  let deadline = from + withinMs;
  for (const interruption of [...interruptions].sort((a, b) => a.from - b.from)) {
    if (interruption.to > from && interruption.from < deadline)
      deadline = Math.max(deadline, interruption.to + withinMs);
  }
  return deadline;
}

/** The arrivals by channel and target, each with the seq up to which it notifies. */
export function showsByTarget(history: History): Map<string, { at: number; seq: number }[]> {
  const shows = new Map<string, { at: number; seq: number }[]>();
  for (const { target, at, note } of history.arrivals) {
    if (note.type !== "show") continue;
    const place = `${note.channel} ${target}`;
    const list = shows.get(place) ?? [];
    list.push({ at, seq: notifiedThrough(note.key) });
    shows.set(place, list);
  }
  return shows;
}

/** The notification covers every message up to this seq. */
export const notifiedThrough = (key: string): number => Number(key.slice(key.lastIndexOf(":") + 1));

export function expectationsOf(history: History): Expectation[] {
  const interruptions = [...history.outages, ...history.downs];
  const shows = showsByTarget(history);
  const targets = Map.groupBy(history.targets.values(), ({ user }) => user);
  const expectations: Expectation[] = [];
  for (const channel of history.channels.values()) {
    for (const message of channel.messages) {
      for (const membership of channel.memberships.values()) {
        const userHistory = history.users.get(membership.user);
        if (!userHistory || membership.user === message.author) continue;
        const reason = reasonFor(channel, membership, message);
        const withinMs = bounds.arrivalMs + (reason === "still unread" ? bounds.everyMs : 0);
        const deadline = deadlineOf(message.doneAt, withinMs, interruptions);
        for (const target of targets.get(membership.user) ?? []) {
          const show = shows
            .get(`${channel.id} ${target.name}`)
            ?.find(({ at, seq }) => seq >= message.seq && at >= message.begunAt);
          const arrivedAt = show?.at ?? null;
          const until = Math.min(arrivedAt ?? deadline, deadline);
          if (!wantsAtFirst(userHistory, membership, target, message)) continue;
          const isUndecided = !wants(userHistory, membership, target, message, until);
          expectations.push({ message, target, reason, deadline, arrivedAt, isUndecided });
        }
      }
    }
  }
  return expectations;
}

/** Whether the person wanted it at the time of the send. */
const wantsAtFirst = (
  userHistory: UserHistory,
  membership: Membership,
  target: PushTarget,
  message: SentMessage,
): boolean => wants(userHistory, membership, target, message, message.doneAt);

/** Whether the person certainly wanted it from before the send until then. */
function wants(
  userHistory: UserHistory,
  membership: Membership,
  target: PushTarget,
  message: SentMessage,
  until: number,
): boolean {
  const from = message.begunAt - bounds.absentMs;
  const isMentioned = message.mentions.includes(membership.user);
  const off = (on: boolean): boolean => !on;
  return (
    membership.member.held((is) => is, from, until) &&
    target.subscribed.held((is) => is, from, until) &&
    target.known.held((is) => is, from, until) &&
    userHistory.activity.held((is) => is !== "active", from, until) &&
    membership.viewing.held(off, from, until) &&
    membership.muted.held(off, from, until) &&
    membership.level.held((level) => level === "all" || (level === "mentions" && isMentioned), from, until) &&
    userHistory.quiet.held(off, from, until) &&
    userHistory.doNotDisturb.held(off, from, until) &&
    !membership.reads.some(({ seq, begunAt }) => seq >= message.seq && begunAt <= until)
  );
}

function reasonFor(channel: ChannelHistory, membership: Membership, message: SentMessage): Reason {
  if (channel.kind === "direct") return "direct";
  if (message.mentions.includes(membership.user)) return "mention";
  // A person who has read everything before the message has looked at the channel.
  const before = Math.max(0, ...channel.messages.filter(({ seq }) => seq < message.seq).map(({ seq }) => seq));
  const hasLooked = membership.reads.some(
    ({ seq, doneAt }) => seq >= before && doneAt + bounds.slackMs <= message.begunAt,
  );
  return before === 0 || hasLooked ? "first unread" : "still unread";
}
