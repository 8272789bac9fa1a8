// The server's conduct towards push services and devices: duplicates, requests that come too soon,
// and requests to devices that are gone.
import { bounds } from "./bounds.ts";
import { notifiedThrough } from "./expectations.ts";
import type { Arrival, History, PushRequest } from "./history.ts";

/** Arrivals of a notification that had already arrived. */
export function duplicates({ arrivals }: History): Arrival[] {
  const seen = new Set<string>();
  return arrivals.filter(({ target, note }) => {
    const name = `${target} ${note.type} ${note.key}`;
    const isKnown = seen.has(name);
    seen.add(name);
    return isKnown;
  });
}

/**
 * Arrivals of a message under another key, for which a device would sound again. They are allowed
 * where the server could not know of the first arrival, because its answer was cut or a kill lost
 * it.
 */
export function rekeyed(history: History): Arrival[] {
  const first = new Map<string, Arrival>();
  return history.arrivals.filter((arrival) => {
    const { target, note, at } = arrival;
    if (note.type !== "show") return false;
    const name = `${target} ${note.channel} ${note.seq}`;
    const before = first.get(name) ?? arrival;
    first.set(name, before);
    if (before.note.key === note.key || before.cut) return false;
    return !isForgotten(history, before.at, Math.min(at, before.at + bounds.forgetMs));
  });
}

/** Arrivals of an older notification after a newer one. */
export function stale({ arrivals }: History): Arrival[] {
  const newest = new Map<string, number>();
  return arrivals.filter(({ target, note }) => {
    if (note.type !== "show") return false;
    const place = `${target} ${note.channel}`;
    const upTo = notifiedThrough(note.key);
    const before = newest.get(place) ?? 0;
    newest.set(place, Math.max(before, upTo));
    return upTo < before;
  });
}

/** Arrivals where two channels of a device share a topic, or one channel has two topics. */
export function mixedTopics({ arrivals }: History): Arrival[] {
  const topics = new Map<string, string>();
  const channels = new Map<string, string>();
  return arrivals.filter(({ target, topic, note }) => {
    if (note.type === "test") return false;
    const place = `${target} ${note.channel}`;
    const name = `${target} ${topic}`;
    const [known, owner] = [topics.get(place) ?? topic, channels.get(name) ?? note.channel];
    topics.set(place, known);
    channels.set(name, owner);
    return known !== topic || owner !== note.channel || !/^[\w-]{1,32}$/.test(topic);
  });
}

/** Requests that violate the protocol of push services. */
export const malformed = ({ requests }: History): PushRequest[] =>
  requests.filter(
    ({ error, outcome, urgency, ttl }) =>
      error !== "" || outcome === "bad" || !/^(very-low|low|normal|high)$/.test(urgency) || !/^\d+$/.test(ttl),
  );

export interface PrematureRequest {
  request: PushRequest;
  /** The answer whose Retry-After was ignored. */
  asked: PushRequest;
  /** Whether it concerned the same channel. */
  isSame: boolean;
}

/**
 * Requests to a device before its Retry-After had passed. An answer that a kill lost does not
 * count.
 */
export function tooSoon(history: History): PrematureRequest[] {
  const found: PrematureRequest[] = [];
  for (const requests of Map.groupBy(history.requests, ({ target }) => target).values()) {
    let asked: PushRequest | null = null;
    for (const request of [...requests].sort((a, b) => a.at - b.at)) {
      if (
        asked &&
        isWithin(request.at, asked.doneAt + bounds.underWayMs, asked.doneAt + asked.retryAfterMs - bounds.clockMs)
      ) {
        if (!isForgotten(history, asked.doneAt, request.at))
          found.push({ request, asked, isSame: request.topic === asked.topic });
      }
      if (request.outcome === "429") asked = request;
    }
  }
  return found;
}

/** Requests to a device after its push service reported it as gone. */
export function afterTheEnd(history: History): PushRequest[] {
  const ends = new Map<string, number>();
  for (const { target, outcome, doneAt } of history.requests) {
    if (outcome === "gone") ends.set(target, Math.min(ends.get(target) ?? doneAt, doneAt));
  }
  return history.requests.filter(({ target, at }) => {
    const end = ends.get(target);
    // The server forgets a device as soon as it has the answer.
    return end !== undefined && at > end + bounds.underWayMs && !isForgotten(history, end, end + bounds.slackMs);
  });
}

/** Requests to a revoked device after the server had answered the revocation. */
export const toRevoked = ({ requests, targets }: History): PushRequest[] =>
  requests.filter(({ target, at }) => {
    const since = targets.get(target)?.subscribed.since((is) => !is, at) ?? null;
    return since !== null && Number.isFinite(since) && at > since + bounds.slackMs;
  });

/**
 * The intervals between two first notifications of a group to a person who did not look in between
 * and was not mentioned, in ascending order.
 */
export function groupIntervals(history: History): number[] {
  const gaps: number[] = [];
  const seen = new Map<string, { at: number; keys: Set<string> }>();
  for (const { target, at, note } of history.arrivals) {
    if (note.type !== "show" || note.kind !== "group") continue;
    const user = history.targets.get(target)?.user ?? "";
    const place = `${user} ${note.channel}`;
    const before = seen.get(place);
    if (before?.keys.has(note.key)) continue;
    seen.set(place, { at, keys: (before?.keys ?? new Set()).add(note.key) });
    const membership = history.channels.get(note.channel)?.memberships.get(user);
    // The earlier one may have arrived late and a reading may be under way, so the person must not
    // have looked for a while before it.
    const hasLooked = membership?.reads.some(
      ({ doneAt }) => doneAt > (before?.at ?? 0) - bounds.everyMs && doneAt <= at,
    );
    if (before && membership && !note.mention && !hasLooked && membership.member.held((is) => is, before.at, at))
      gaps.push(at - before.at);
  }
  return gaps.sort((a, b) => a - b);
}

const isWithin = (at: number, from: number, to: number): boolean => at > from && at < to;

/** Whether the server died in between and lost what it had learnt. */
const isForgotten = ({ downs }: History, from: number, to: number): boolean =>
  downs.some((down) => down.from >= from - bounds.underWayMs && down.from <= to);
