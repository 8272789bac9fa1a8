// Reads the payload of a call that rings, and what a shown ring is about. By hand, as `push-
// note.ts`.
import type { RingNote } from "../../protocol";
import { channelKinds } from "../../protocol/channel-kind";

/** What the notification of a ring is about. It is stored in the notification's `data`. */
export interface ShownRing {
  /** The account that it rings for. */
  user: string;
  channel: string;
  epochNumber: number;
  call: number;
}

type Fields = Record<string, unknown>;
type RingKind = Extract<RingNote, { type: "ring" }>["kind"];
type EndReason = Extract<RingNote, { type: "ring_end" }>["reason"];

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string";
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isKind = (value: unknown): value is RingKind => isText(value) && Object.hasOwn(channelKinds, value);
const isReason = (value: unknown): value is EndReason =>
  value === "taken" || value === "declined" || value === "cancelled" || value === "timed_out";

function shownRingOf(value: unknown): ShownRing | null {
  if (!isFields(value)) return null;
  const { user, channel, epochNumber, call } = value;
  if (!isText(user) || !isText(channel) || !/^c_[0-9a-z]{1,32}$/.test(channel)) return null;
  return isCount(epochNumber) && isCount(call) ? { user, channel, epochNumber, call } : null;
}

/** Returns what a notification rings for; null for any other notification. */
export function ringIn({ data }: Pick<Notification, "data">): ShownRing | null {
  const value: unknown = data;
  return isFields(value) && "ring" in value ? shownRingOf(value.ring) : null;
}

/** Reads a payload; null for one that is no ring. */
export function readRing(value: unknown): RingNote | null {
  const ring = shownRingOf(value);
  if (!isFields(value) || !ring || !isText(value.key)) return null;
  const { type, key, kind, name, caller, video, at, until, reason } = value;
  if (type === "ring_end") return isReason(reason) ? { type, key, ...ring, reason } : null;
  if (type !== "ring" || !isKind(kind) || !isText(name) || !isCount(at) || !isCount(until)) return null;
  return { type, key, ...ring, kind, name, caller: callerOf(caller), video: video === true, at, until };
}

function callerOf(value: unknown): Extract<RingNote, { type: "ring" }>["caller"] {
  if (!isFields(value) || !isText(value.id) || !isText(value.name)) return null;
  const { id, name, handle } = value;
  return { id, name, ...(isText(handle) && { handle }) };
}

/** Whether the end of a ring closes a shown ring: it is of the same call, or of an earlier one. */
export const endsRing = (shown: ShownRing, end: ShownRing): boolean =>
  shown.channel === end.channel && (shown.epochNumber !== end.epochNumber || shown.call <= end.call);
