// Describes errors in lines that can be followed up: who, when, and which requests there were.

import type { ClearExpectation } from "./clear-checker.ts";
import type { Expectation } from "./expectations.ts";
import type { Arrival, History, PushRequest } from "./history.ts";
import type { PrematureRequest } from "./protocol-checker.ts";

/** Requests after a deadline are listed for this long. */
const AFTERWARDS_MS = 30_000;

export class ExampleFormatter {
  readonly #history: History;
  readonly #startedAt: number;

  constructor(history: History, startedAt: number) {
    this.#history = history;
    this.#startedAt = startedAt;
  }

  arrival({ target, at, topic, note }: Arrival): string {
    return `${this.#when(at)} ${this.#whose(target)} topic ${topic} ${JSON.stringify(note)}`;
  }

  /** Includes the person's presence and the last restart. */
  wrong(label: string, arrival: Arrival): string {
    const { users, targets, downs } = this.#history;
    const since = users
      .get(targets.get(arrival.target)?.user ?? "")
      ?.activity.since((is) => is === "active", arrival.at);
    const there = since == null ? "" : `, active since ${this.#when(since)}`;
    const restart = downs.filter(({ to }) => to <= arrival.at).at(-1);
    const restarted = restart ? `, restarted ${this.#when(restart.to)}` : "";
    return `${label}${there}${restarted}, ${this.arrival(arrival)}`;
  }

  request({ target, at, topic, outcome, error }: PushRequest): string {
    return `${this.#when(at)} ${this.#whose(target)} topic ${topic} ${outcome} ${error}`;
  }

  expectation({ message, target, reason, deadline, arrivedAt }: Expectation): string {
    const arrived = arrivedAt === null ? "never" : this.#when(arrivedAt);
    const sent = `${reason} ${message.channel}:${message.seq} sent ${this.#when(message.doneAt)} to ${this.#whose(target.name)}`;
    const tried = this.#tried(target.name, message.channel, message.begunAt, deadline);
    const since = this.#when(target.subscribed.since((is) => is, message.doneAt) ?? 0);
    return `${sent}, a device since ${since}, by ${this.#when(deadline)}, arrived ${arrived}; requests: ${tried}`;
  }

  prematureRequest({ request, asked, isSame }: PrematureRequest): string {
    const where = isSame ? "the same channel" : `another channel, ${asked.topic}`;
    return `${this.request(request)}, asked at ${this.#when(asked.doneAt)} for ${asked.retryAfterMs} ms by ${where}`;
  }

  clearExpectation({ target, channel, shownAt, readAt, deadline }: ClearExpectation): string {
    const times = `shown ${this.#when(shownAt)}, read ${this.#when(readAt)}, to be cleared by ${this.#when(deadline)}`;
    return `${channel} at ${this.#whose(target)}, ${times}; requests: ${this.#tried(target, channel, shownAt, deadline)}`;
  }

  #tried(target: string, channel: string, from: number, to: number): string {
    const { arrivals, requests } = this.#history;
    const topic = arrivals.find(({ note }) => note.type !== "test" && note.channel === channel)?.topic;
    const tried = requests.filter(
      (request) =>
        request.target === target && request.topic === topic && request.at >= from && request.at <= to + AFTERWARDS_MS,
    );
    return tried
      .map(
        ({ at, outcome, retryAfterMs }) => `${this.#when(at)} ${outcome}${retryAfterMs > 0 ? ` ${retryAfterMs}` : ""}`,
      )
      .join(", ");
  }

  #when(at: number): string {
    return `${((at - this.#startedAt) / 1_000).toFixed(1)} s`;
  }

  #whose(target: string): string {
    const { targets, users } = this.#history;
    const user = targets.get(target)?.user ?? "";
    return `${users.get(user)?.name ?? user} (${target.slice(0, 6)})`;
  }
}
