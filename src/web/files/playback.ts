// The one sound that the page plays. It goes on while its message scrolls away, and another sound
// ends it.
import { Cell, type Store } from "../../sdk";

export interface Playback {
  /** The address of the sound; null if none was begun. */
  source: string | null;
  isPlaying: boolean;
  positionMs: number;
  /** The length as the file says it; null if it does not. */
  durationMs: number | null;
  hasFailed: boolean;
}

/** The speeds of voice messages, in the order in which the button goes through them. */
const SPEEDS: readonly number[] = [1, 1.5, 2];

const silence: Playback = { source: null, isPlaying: false, positionMs: 0, durationMs: null, hasFailed: false };
const state = new Cell<Playback>(silence);
const speedCell = new Cell<number>(1);
let audio: HTMLAudioElement | null = null;

export const playback: Store<Playback> = state;
/** The speed of all voice messages until the page is loaded again. */
export const speed: Store<number> = speedCell;

const change = (changes: Partial<Playback>) => state.update((known) => ({ ...known, ...changes }));

function element(): HTMLAudioElement {
  if (audio) return audio;
  const made = new Audio();
  audio = made;
  const report = () => {
    const { duration } = made;
    const durationMs = Number.isFinite(duration) ? Math.round(duration * 1_000) : null;
    change({ positionMs: Math.round(made.currentTime * 1_000), durationMs, isPlaying: !made.paused && !made.ended });
  };
  for (const type of ["timeupdate", "play", "playing", "pause", "seeked", "durationchange"])
    made.addEventListener(type, report);
  made.addEventListener("ended", () => change({ isPlaying: false, positionMs: 0 }));
  made.addEventListener("error", () => state.get().source !== null && change({ isPlaying: false, hasFailed: true }));
  return made;
}

/** Plays a sound from a position. Returns when it plays or cannot be played. */
export async function play(source: string, fromMs: number): Promise<void> {
  const player = element();
  if (state.get().source !== source || state.get().hasFailed) {
    state.set({ ...silence, source, positionMs: fromMs });
    player.src = source;
  }
  player.currentTime = fromMs / 1_000;
  player.playbackRate = speedCell.get();
  try {
    await player.play();
  } catch (thrown) {
    // Another sound or a pause was faster.
    if (thrown instanceof DOMException && thrown.name === "AbortError") return;
    if (state.get().source === source) change({ isPlaying: false, hasFailed: true });
  }
}

export const pause = (): void => audio?.pause();

/** Goes to a position of the sound that was begun. */
export function seek(positionMs: number): void {
  if (!audio) return;
  audio.currentTime = positionMs / 1_000;
  change({ positionMs });
}

/** Ends the sound, because nothing on the screen shows it any more. */
export function stopPlayback(): void {
  if (state.get().source === null) return;
  state.set(silence);
  audio?.pause();
  audio?.removeAttribute("src");
  audio?.load();
}

export function nextSpeed(): void {
  speedCell.update((known) => SPEEDS[(SPEEDS.indexOf(known) + 1) % SPEEDS.length] ?? 1);
  if (audio) audio.playbackRate = speedCell.get();
}
