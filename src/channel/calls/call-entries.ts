// Writes the two entries of a call, each with the record of the call in the row of the log. Runs in
// the transaction of a turn.
import { requireRingRate } from "../../domain/calls";
import { type CallEndReason, limits } from "../../protocol";
import type { CallRecord } from "../log/call-record";
import type { Log } from "../log/log";
import type { TurnResult } from "../log/turn";
import type { Calls } from "./calls";

interface EntryParts {
  log: Log;
  calls: Calls;
  now(): number;
}

/** What a call begins with. `rang`: whether it rings for the members. */
export type NewCall = Pick<CallRecord, "by" | "rang" | "video">;

/**
 * Begins a call. `answer` runs after the commit. Throws `rate_limited` if a person rings too often.
 */
export function beginCall(
  { log, calls, now }: EntryParts,
  { by, rang, video }: NewCall,
  answer: () => void,
): TurnResult {
  if (rang) requireRingRate(log.callStarts(by, limits.callRings), now());
  const at = log.timeAt(now());
  const stamp = { actor: by, nonce: crypto.randomUUID(), at };
  const event = log.appendNotice({ type: "call.started", data: { rang, video } }, stamp);
  const record: CallRecord = { call: event.seq, by, startedAt: at, rang, video, ended: null };
  log.setCall(JSON.stringify(record));
  calls.setRecord(record);
  return { events: [event], answer };
}

/** Ends the call that is on, unless a device has joined it since the end was requested. */
export function endCall({ log, calls, now }: EntryParts): TurnResult {
  const { on } = calls;
  const reason = endReasonOf(calls, now());
  if (!on || !reason) return { events: [], answer: () => {} };
  const at = log.timeAt(now());
  const joined = [...calls.peers.joined];
  const { call, by, startedAt, rang } = on;
  const event = log.appendNotice(
    { type: "call.ended", data: { call, startedAt, durationMs: at - startedAt, joined, rang, reason } },
    { actor: by, nonce: crypto.randomUUID(), at },
  );
  const record: CallRecord = { ...on, ended: { seq: event.seq, at, joined, reason } };
  log.setCall(JSON.stringify(record));
  return { events: [event], answer: calls.end(record) };
}

/** Returns how the call ends, if it is to end now; null if a device has joined it meanwhile. */
function endReasonOf({ on, peers, isOver, lastLeft, ringEnd }: Calls, now: number): CallEndReason | null {
  if (!on || (peers.size > 0 && !isOver)) return null;
  if (peers.joined.size === 0 || (lastLeft === "lost" && peers.size === 0)) return "lost";
  if (peers.joined.size > 1 || !on.rang) return "left";
  if (ringEnd === null || ringEnd <= now) return "unanswered";
  return peers.size > 0 && peers.quiet.size > 0 ? "declined" : "cancelled";
}
