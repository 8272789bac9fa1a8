// What has to arrive, and whether it did. A message is due at a device when its person was certainly to be told of it, from before it was sent
// until it arrived or could have. It is there when a notification of the channel is that names it or something newer.
import { bounds } from "./bounds.ts";
import type { Actor, Ledger, Said, Seat, Talk, Target, Trouble } from "./ledger.ts";

export type Why = "direct" | "mention" | "first unread" | "still unread";

export interface Duty {
  said: Said;
  target: Target;
  why: Why;
  deadline: number;
  /** When it or something newer arrived; null where nothing did by the end. */
  arrivedAt: number | null;
  /** Somebody changed their mind before it had to be there: nobody knows whether it should. */
  isVoid: boolean;
}

/** The latest moment for something that could have begun to arrive at `from`: each trouble in between starts the time anew. */
export function deadlineOf(from: number, withinMs: number, troubles: readonly Trouble[]): number {
  let deadline = from + withinMs;
  for (const trouble of [...troubles].sort((a, b) => a.from - b.from)) {
    if (trouble.to > from && trouble.from < deadline) deadline = Math.max(deadline, trouble.to + withinMs);
  }
  return deadline;
}

/** When notifications of a channel arrived at a device, and up to which seq. */
export function showsByPlace(ledger: Ledger): Map<string, { at: number; seq: number }[]> {
  const shows = new Map<string, { at: number; seq: number }[]>();
  for (const { target, at, note } of ledger.arrivals) {
    if (note.type !== "show") continue;
    const place = `${note.channel} ${target}`;
    const list = shows.get(place) ?? [];
    list.push({ at, seq: toldUpTo(note.key) });
    shows.set(place, list);
  }
  return shows;
}

/** Everything up to there is told with it. */
export const toldUpTo = (key: string): number => Number(key.slice(key.lastIndexOf(":") + 1));

export function dutiesOf(ledger: Ledger): Duty[] {
  const troubles = [...ledger.outages, ...ledger.downs];
  const shows = showsByPlace(ledger);
  const targets = Map.groupBy(ledger.targets.values(), ({ user }) => user);
  const duties: Duty[] = [];
  for (const talk of ledger.talks.values()) {
    for (const said of talk.said) {
      for (const seat of talk.seats.values()) {
        const actor = ledger.actors.get(seat.user);
        if (!actor || seat.user === said.author) continue;
        const why = whyTold(talk, seat, said);
        const withinMs = bounds.arrivalMs + (why === "still unread" ? bounds.everyMs : 0);
        const deadline = deadlineOf(said.doneAt, withinMs, troubles);
        for (const target of targets.get(seat.user) ?? []) {
          const show = shows
            .get(`${talk.id} ${target.name}`)
            ?.find(({ at, seq }) => seq >= said.seq && at >= said.begunAt);
          const arrivedAt = show?.at ?? null;
          const until = Math.min(arrivedAt ?? deadline, deadline);
          if (!wantsAtFirst(actor, seat, target, said)) continue;
          const isVoid = !wants(actor, seat, target, said, until);
          duties.push({ said, target, why, deadline, arrivedAt, isVoid });
        }
      }
    }
  }
  return duties;
}

/** Whether they were to be told when it was sent. */
const wantsAtFirst = (actor: Actor, seat: Seat, target: Target, said: Said): boolean =>
  wants(actor, seat, target, said, said.doneAt);

/** Whether they certainly were to be told from before it was sent until then. */
function wants(actor: Actor, seat: Seat, target: Target, said: Said, until: number): boolean {
  const from = said.begunAt - bounds.absentMs;
  const isCalled = said.calls.includes(seat.user);
  const off = (on: boolean): boolean => !on;
  return (
    seat.member.held((is) => is, from, until) &&
    target.subscribed.held((is) => is, from, until) &&
    target.known.held((is) => is, from, until) &&
    actor.attendance.held((is) => is !== "active", from, until) &&
    seat.looking.held(off, from, until) &&
    seat.muted.held(off, from, until) &&
    seat.level.held((level) => level === "all" || (level === "mentions" && isCalled), from, until) &&
    actor.quiet.held(off, from, until) &&
    actor.undisturbed.held(off, from, until) &&
    !seat.reads.some(({ seq, begunAt }) => seq >= said.seq && begunAt <= until)
  );
}

function whyTold(talk: Talk, seat: Seat, said: Said): Why {
  if (talk.kind === "direct") return "direct";
  if (said.calls.includes(seat.user)) return "mention";
  // Whoever has read all that stood there before it was sent looked at the channel.
  const before = Math.max(0, ...talk.said.filter(({ seq }) => seq < said.seq).map(({ seq }) => seq));
  const hasLooked = seat.reads.some(({ seq, doneAt }) => seq >= before && doneAt + bounds.slackMs <= said.begunAt);
  return before === 0 || hasLooked ? "first unread" : "still unread";
}
