// Two soft notes, made where they are heard: nothing to load. At most one every few seconds, whichever tab plays it.
import { inTurn } from "./kept";

const PAUSE_MS = 3_000;
const PLAYED = "parley.chimed";
const VIBRATION_MS = 60;
/** A browser that lets no page speak before it was touched does not say so: it only never starts. */
const STARTS_MS = 300;
/** Hz, and seconds after the first. */
const NOTES = [
  { pitch: 659.25, at: 0 },
  { pitch: 987.77, at: 0.11 },
];
const LENGTH_S = 0.35;
const LOUDNESS = 0.12;

/** Plays it, and lets a phone tremble, unless either has just been. */
export function chime(): Promise<void> {
  return inTurn("chime", async () => {
    const now = Date.now();
    const sinceMs = now - Number(localStorage.getItem(PLAYED) ?? 0);
    // A clock that was put back tells nothing.
    if (sinceMs >= 0 && sinceMs < PAUSE_MS) return;
    localStorage.setItem(PLAYED, String(now));
    await play();
  });
}

/** At once, as an answer to whoever asked for it. */
export async function play(): Promise<void> {
  // Before that neither is allowed, and only the console would hear of it.
  if (navigator.userActivation?.hasBeenActive === false) return;
  navigator.vibrate?.(VIBRATION_MS);
  const context = new AudioContext();
  await Promise.race([context.resume(), new Promise((done) => setTimeout(done, STARTS_MS))]);
  if (context.state === "running") await sound(context);
  await context.close();
}

function sound(context: AudioContext): Promise<unknown> {
  const starts = context.currentTime;
  const ends = NOTES.map(({ pitch, at }) => {
    const note = new OscillatorNode(context, { frequency: pitch });
    const loudness = new GainNode(context, { gain: 0 });
    loudness.gain.setValueAtTime(0, starts + at);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, starts + at + 0.015);
    loudness.gain.exponentialRampToValueAtTime(0.0001, starts + at + LENGTH_S);
    note.connect(loudness).connect(context.destination);
    note.start(starts + at);
    note.stop(starts + at + LENGTH_S);
    return new Promise((ended) => note.addEventListener("ended", ended));
  });
  return Promise.all(ends);
}
