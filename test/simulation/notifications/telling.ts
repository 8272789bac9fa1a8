// What went wrong, in lines that somebody can follow up: who, when, and what was tried.
import type { Duty } from "./due.ts";
import type { Arrival, Knock, Ledger } from "./ledger.ts";
import type { Impatience } from "./manners.ts";
import type { Clearance } from "./taking-back.ts";

/** What came after a deadline is of interest for so long. */
const AFTERWARDS_MS = 30_000;

export class Telling {
  readonly #ledger: Ledger;
  readonly #startedAt: number;

  constructor(ledger: Ledger, startedAt: number) {
    this.#ledger = ledger;
    this.#startedAt = startedAt;
  }

  arrival({ target, at, topic, note }: Arrival): string {
    return `${this.#when(at)} ${this.#whose(target)} topic ${topic} ${JSON.stringify(note)}`;
  }

  /** With what is known of their being there. */
  wrong(label: string, arrival: Arrival): string {
    const { actors, targets, downs } = this.#ledger;
    const since = actors
      .get(targets.get(arrival.target)?.user ?? "")
      ?.attendance.since((is) => is === "active", arrival.at);
    const there = since == null ? "" : `, there since ${this.#when(since)}`;
    const restart = downs.filter(({ to }) => to <= arrival.at).at(-1);
    const restarted = restart ? `, restarted ${this.#when(restart.to)}` : "";
    return `${label}${there}${restarted}, ${this.arrival(arrival)}`;
  }

  knock({ target, at, topic, fate, flaw }: Knock): string {
    return `${this.#when(at)} ${this.#whose(target)} topic ${topic} ${fate} ${flaw}`;
  }

  duty({ said, target, why, deadline, arrivedAt }: Duty): string {
    const arrived = arrivedAt === null ? "never" : this.#when(arrivedAt);
    const sent = `${why} ${said.channel}:${said.seq} sent ${this.#when(said.doneAt)} to ${this.#whose(target.name)}`;
    const tried = this.#tried(target.name, said.channel, said.begunAt, deadline);
    const since = this.#when(target.subscribed.since((is) => is, said.doneAt) ?? 0);
    return `${sent}, a device since ${since}, by ${this.#when(deadline)}, arrived ${arrived}; requests: ${tried}`;
  }

  impatience({ knock, asked, isSame }: Impatience): string {
    const where = isSame ? "the same channel" : `another channel, ${asked.topic}`;
    return `${this.knock(knock)}, asked at ${this.#when(asked.doneAt)} for ${asked.retryAfterMs} ms by ${where}`;
  }

  clearance({ target, channel, shownAt, readAt, deadline }: Clearance): string {
    const times = `shown ${this.#when(shownAt)}, read ${this.#when(readAt)}, to be cleared by ${this.#when(deadline)}`;
    return `${channel} at ${this.#whose(target)}, ${times}; requests: ${this.#tried(target, channel, shownAt, deadline)}`;
  }

  #tried(target: string, channel: string, from: number, to: number): string {
    const { arrivals, knocks } = this.#ledger;
    const topic = arrivals.find(({ note }) => note.type !== "test" && note.channel === channel)?.topic;
    const tried = knocks.filter(
      (knock) => knock.target === target && knock.topic === topic && knock.at >= from && knock.at <= to + AFTERWARDS_MS,
    );
    return tried
      .map(({ at, fate, retryAfterMs }) => `${this.#when(at)} ${fate}${retryAfterMs > 0 ? ` ${retryAfterMs}` : ""}`)
      .join(", ");
  }

  #when(at: number): string {
    return `${((at - this.#startedAt) / 1_000).toFixed(1)} s`;
  }

  #whose(target: string): string {
    const { targets, actors } = this.#ledger;
    const user = targets.get(target)?.user ?? "";
    return `${actors.get(user)?.name ?? user} (${target.slice(0, 6)})`;
  }
}
