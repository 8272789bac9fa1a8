// What must not arrive. A notification that was under way when a person's state forbade it may
// arrive for a moment; one of a message that was sent after the change may not.
import { bounds } from "./bounds.ts";
import { notifiedThrough } from "./expectations.ts";
import type { Arrival, ChannelHistory, History, Membership } from "./history.ts";
import type { Timeline } from "./timeline.ts";

export type UnwantedReason =
  | "removed"
  | "present"
  | "viewing"
  | "muted"
  | "nothing"
  | "not mentioned"
  | "quiet"
  | "do not disturb"
  | "read"
  | "own"
  | "revoked";

/** Why the notification is unwanted; null where it is allowed. */
export function unwantedReason(history: History, arrival: Arrival): UnwantedReason | null {
  const { note, at } = arrival;
  const target = history.targets.get(arrival.target);
  if (!target || note.type === "test") return null;
  const channel = history.channels.get(note.channel);
  const membership = channel?.memberships.get(target.user);
  const userHistory = history.users.get(target.user);
  if (!channel || !membership || !userHistory) return "removed";
  const sentAt = sentAtOf(channel, note.seq);
  const held = <T>(state: Timeline<T>, is: (value: T) => boolean): boolean => {
    const since = state.since(is, at);
    return since !== null && (at > since + bounds.slackMs || sentAt > since);
  };
  const on = (value: boolean): boolean => value;
  if (held(target.subscribed, (is) => !is)) return "revoked";
  if (held(membership.member, (is) => !is)) return "removed";
  if (note.type === "clear") return null;
  if (held(userHistory.activity, (is) => is === "active")) return "present";
  if (held(membership.viewing, on)) return "viewing";
  if (held(membership.muted, on)) return "muted";
  if (held(membership.level, (level) => level === "nothing")) return "nothing";
  if (held(userHistory.quiet, on)) return "quiet";
  if (held(userHistory.doNotDisturb, on)) return "do not disturb";
  const upTo = notifiedThrough(note.key);
  if (membership.reads.some(({ seq, doneAt }) => seq >= upTo && at > doneAt + bounds.slackMs)) return "read";
  if (channel.messages.some(({ seq, author }) => seq === note.seq && author === target.user)) return "own";
  if (held(membership.level, (level) => level === "mentions") && !isMentionedIn(channel, membership, upTo, at))
    return "not mentioned";
  return null;
}

const sentAtOf = (channel: ChannelHistory, seq: number): number =>
  channel.messages.find((message) => message.seq === seq)?.begunAt ?? Number.NEGATIVE_INFINITY;

/** Whether a message that they may not have read by then mentions them. */
function isMentionedIn(channel: ChannelHistory, membership: Membership, upTo: number, at: number): boolean {
  const read = Math.max(
    0,
    ...membership.reads.filter(({ doneAt }) => doneAt + bounds.slackMs < at).map(({ seq }) => seq),
  );
  return channel.messages.some(({ seq, mentions }) => seq > read && seq <= upTo && mentions.includes(membership.user));
}
