// Recordings that a person has neither sent nor thrown away, by the place of their composer. One is
// kept when the person goes to another chat, until the page is closed.
import type { OutgoingFile } from "../../sdk";

const kept = new Map<string, OutgoingFile>();

export const placeOf = (channel: string, thread: number | null): string => `${channel} ${thread ?? ""}`;

export const hasRecording = (place: string): boolean => kept.has(place);
export const keptRecording = (place: string): OutgoingFile | null => kept.get(place) ?? null;

/** Null forgets the recording. */
export function keepRecording(place: string, file: OutgoingFile | null): void {
  if (file === null) kept.delete(place);
  else kept.set(place, file);
}
