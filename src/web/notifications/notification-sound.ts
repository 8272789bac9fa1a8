// The sound of an in-app alert: two soft notes that are synthesised, so that nothing is loaded. All
// tabs together play at most one every few seconds.
import { playNote } from "../controls/note";
import { withLock } from "./shared-storage";

const PAUSE_MS = 3_000;
const PLAYED = "parley.chimed";
const VIBRATION_MS = 60;
const ANSWERS_MS = 300;
/** Frequency in Hz, and seconds after the first note. */
const NOTES = [
  { pitch: 659.25, at: 0 },
  { pitch: 987.77, at: 0.11 },
];
const NOTE = { lengthS: 0.35, loudness: 0.12, attackS: 0.015 };
const TOUCHES = ["pointerdown", "keydown"];

let context: AudioContext | null = null;
let turn: Promise<void> = Promise.resolve();

/** Runs starting and stopping of the audio one after the other. */
function inOrder(work: () => Promise<void>): Promise<void> {
  turn = turn.then(work, work);
  return turn;
}

/**
 * Waits for a change of the audio, for a limited time: a device that was unplugged, or that a call
 * uses, may never answer.
 */
const soon = (change: Promise<void>): Promise<void> => Promise.race([change, after(ANSWERS_MS)]);

/**
 * Prepares the audio at the first touch or key. Browsers allow sound only after one, and some only
 * if it began with one. Returns a function that stops waiting.
 */
export function awaitTouch(): () => void {
  const stop = () => {
    for (const touch of TOUCHES) removeEventListener(touch, touched, { capture: true });
  };
  const touched = () => {
    stop();
    inOrder(open).catch(console.warn);
  };
  if (context === null) for (const touch of TOUCHES) addEventListener(touch, touched, { capture: true });
  return stop;
}

async function open(): Promise<void> {
  context ??= new AudioContext();
  await soon(context.resume());
  await soon(context.suspend());
}

/** Plays the sound and vibrates, unless a tab has done so just before. */
export async function chime(): Promise<void> {
  if (context !== null && (await claim())) await play();
}

/** Returns whether this tab may play the sound. */
const claim = (): Promise<boolean> =>
  withLock("chime", async () => {
    const now = Date.now();
    const sinceMs = now - Number(localStorage.getItem(PLAYED) ?? 0);
    // If the clock was set back, the stored time says nothing.
    if (sinceMs >= 0 && sinceMs < PAUSE_MS) return false;
    localStorage.setItem(PLAYED, String(now));
    return true;
  });

/** Plays immediately: the person asked for it. */
export function play(): Promise<void> {
  context ??= new AudioContext();
  const audio = context;
  navigator.vibrate?.(VIBRATION_MS);
  return inOrder(async () => {
    await soon(audio.resume());
    // A browser that forbids sound does not report it. Its audio just never starts.
    if (audio.state !== "running") return;
    for (const { pitch, at } of NOTES) playNote(audio, { ...NOTE, frequency: pitch, at: audio.currentTime + at });
    await after((NOTE.lengthS + 0.2) * 1_000);
    await soon(audio.suspend());
  });
}

const after = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
