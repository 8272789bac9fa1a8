// A device's notification is cleared in time when its person has read the message elsewhere, and
// not before.
import { bounds } from "./bounds.ts";
import { deadlineOf, notifiedThrough } from "./expectations.ts";
import type { Arrival, History } from "./history.ts";

export interface ClearExpectation {
  target: string;
  channel: string;
  shownAt: number;
  readAt: number;
  deadline: number;
  isMet: boolean;
}

/**
 * A notification whose message was read elsewhere must be cleared, unless a newer message comes
 * first.
 */
export function clearExpectations(history: History): ClearExpectation[] {
  const interruptions = [...history.outages, ...history.downs];
  const found: ClearExpectation[] = [];
  for (const arrivals of arrivalsByTarget(history)) {
    for (const [at, { target: name, note, at: shownAt }] of arrivals.entries()) {
      const next = arrivals[at + 1];
      if (note.type !== "show" || (next?.note.type === "show" && next.note.key !== note.key)) continue;
      const channel = history.channels.get(note.channel);
      const target = history.targets.get(name);
      const membership = channel?.memberships.get(target?.user ?? "");
      const upTo = notifiedThrough(note.key);
      const read = membership?.reads.find(({ seq, begunAt }) => seq >= upTo && begunAt > shownAt + bounds.slackMs);
      if (!channel || !target || !membership || !read) continue;
      const deadline = deadlineOf(read.doneAt, bounds.arrivalMs, interruptions);
      const isOn = membership.member.held((is) => is, read.begunAt, deadline) && isLive(target, read.begunAt, deadline);
      const isMoved = channel.messages.some(({ seq, begunAt }) => seq > upTo && begunAt <= deadline);
      const clear = arrivals.slice(at + 1).find((later) => later.note.type === "clear");
      // After a second reading the notification is already cleared.
      if (clear && clear.at < read.begunAt) continue;
      const isMet = clear !== undefined && clear.at <= deadline;
      if (isMet || (isOn && !isMoved))
        found.push({ target: name, channel: note.channel, shownAt, readAt: read.doneAt, deadline, isMet });
    }
  }
  return found;
}

const isLive = (
  { subscribed, known }: { subscribed: LiveState; known: LiveState },
  from: number,
  to: number,
): boolean => subscribed.held((is) => is, from, to) && known.held((is) => is, from, to);

interface LiveState {
  held(is: (value: boolean) => boolean, from: number, to: number): boolean;
}

/** Notifications that were cleared although their message was unread. */
export function clearedUnread(history: History): Arrival[] {
  return arrivalsByTarget(history).flatMap((arrivals) =>
    arrivals.filter(({ target: name, note, at }, place) => {
      if (note.type !== "clear") return false;
      const shown = arrivals.slice(0, place).findLast((before) => before.note.type === "show");
      const membership = history.channels.get(note.channel)?.memberships.get(history.targets.get(name)?.user ?? "");
      if (shown?.note.type !== "show" || !membership) return false;
      const { seq } = shown.note;
      const hasRead = membership.reads.some((read) => read.seq >= seq && read.begunAt <= at);
      return !hasRead && membership.member.held((is) => is, shown.at, at);
    }),
  );
}

const arrivalsByTarget = ({ arrivals }: History): Arrival[][] => [
  ...Map.groupBy(arrivals, ({ target, note }) => `${target} ${note.type === "test" ? "" : note.channel}`).values(),
];
