// Who is speaking, from the levels of sound. A pure function: the state goes in and out.

export interface SpeakerState {
  /** The participant whom the speaker layout shows; null until somebody has spoken. */
  readonly speaker: string | null;
  /** Smoothed levels by participant, from 0 to 1. */
  readonly levels: Readonly<Record<string, number>>;
  /** Who is louder than the speaker, and since when (epoch milliseconds). */
  readonly rival: { readonly peer: string; readonly since: number } | null;
}

/** Above this level a participant is speaking. */
export const SPEAKING_LEVEL = 0.02;
/** How long somebody has to be louder than the speaker, so that a cough changes nothing. */
const RIVAL_MS = 600;
/** The share of a new, lower level: rising is immediate, falling is smoothed. */
const FALL = 0.35;

export const silence: SpeakerState = { speaker: null, levels: {}, rival: null };

/** `measured` has the present level of each participant. Those it lacks have left. */
export function heard(state: SpeakerState, measured: Readonly<Record<string, number>>, now: number): SpeakerState {
  const levels: Record<string, number> = {};
  for (const [peer, level] of Object.entries(measured)) {
    const before = state.levels[peer] ?? 0;
    levels[peer] = level >= before ? level : before + (level - before) * FALL;
  }
  const [loudest, loudness = 0] = Object.entries(levels).sort(([, a], [, b]) => b - a)[0] ?? [];
  const speaker = state.speaker !== null && state.speaker in levels ? state.speaker : null;
  if (loudest === undefined || loudness < SPEAKING_LEVEL || loudest === speaker)
    return { speaker, levels, rival: null };
  const isSilent = speaker === null || (levels[speaker] ?? 0) < SPEAKING_LEVEL;
  if (speaker === null) return { speaker: loudest, levels, rival: null };
  const since = state.rival?.peer === loudest ? state.rival.since : now;
  const waitMs = isSilent ? RIVAL_MS / 2 : RIVAL_MS;
  if (now - since >= waitMs) return { speaker: loudest, levels, rival: null };
  return { speaker, levels, rival: { peer: loudest, since } };
}
