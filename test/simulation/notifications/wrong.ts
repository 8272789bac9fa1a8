// What must not arrive. Of what somebody's state forbids, it may be on its way for a moment when the state changes; of a message that was sent when the
// state already held, nothing may.
import { bounds } from "./bounds.ts";
import { toldUpTo } from "./due.ts";
import type { Arrival, Ledger, Seat, Talk } from "./ledger.ts";
import type { Timeline } from "./timeline.ts";

export type Wrong =
  | "removed"
  | "present"
  | "looking"
  | "muted"
  | "nothing"
  | "not called"
  | "quiet"
  | "undisturbed"
  | "read"
  | "own"
  | "revoked";

/** Why it should not be there; null where it may. */
export function wrongOf(ledger: Ledger, arrival: Arrival): Wrong | null {
  const { note, at } = arrival;
  const target = ledger.targets.get(arrival.target);
  if (!target || note.type === "test") return null;
  const talk = ledger.talks.get(note.channel);
  const seat = talk?.seats.get(target.user);
  const actor = ledger.actors.get(target.user);
  if (!talk || !seat || !actor) return "removed";
  const sentAt = sentAtOf(talk, note.seq);
  const isIn = <T>(state: Timeline<T>, is: (value: T) => boolean): boolean => {
    const since = state.since(is, at);
    return since !== null && (at > since + bounds.slackMs || sentAt > since);
  };
  const on = (value: boolean): boolean => value;
  if (isIn(target.subscribed, (is) => !is)) return "revoked";
  if (isIn(seat.member, (is) => !is)) return "removed";
  if (note.type === "clear") return null;
  if (isIn(actor.attendance, (is) => is === "active")) return "present";
  if (isIn(seat.looking, on)) return "looking";
  if (isIn(seat.muted, on)) return "muted";
  if (isIn(seat.level, (level) => level === "nothing")) return "nothing";
  if (isIn(actor.quiet, on)) return "quiet";
  if (isIn(actor.undisturbed, on)) return "undisturbed";
  const upTo = toldUpTo(note.key);
  if (seat.reads.some(({ seq, doneAt }) => seq >= upTo && at > doneAt + bounds.slackMs)) return "read";
  if (talk.said.some(({ seq, author }) => seq === note.seq && author === target.user)) return "own";
  if (isIn(seat.level, (level) => level === "mentions") && !isCalledFor(talk, seat, upTo, at)) return "not called";
  return null;
}

const sentAtOf = (talk: Talk, seq: number): number =>
  talk.said.find((said) => said.seq === seq)?.begunAt ?? Number.NEGATIVE_INFINITY;

/** Whether something that they may not have read by then calls them. */
function isCalledFor(talk: Talk, seat: Seat, upTo: number, at: number): boolean {
  const read = Math.max(0, ...seat.reads.filter(({ doneAt }) => doneAt + bounds.slackMs < at).map(({ seq }) => seq));
  return talk.said.some(({ seq, calls }) => seq > read && seq <= upTo && calls.includes(seat.user));
}
