// The ringing tone: two notes every few seconds, synthesised, so that nothing is loaded.
import { playNote } from "../controls/note";

const EVERY_MS = 3_000;
const NOTES = [440, 554.37, 440, 554.37];
const NOTE = { lengthS: 0.22, loudness: 0.15, attackS: 0.02 };

/** Rings until the returned function is called. A browser that forbids sound stays silent. */
export function startRinging(): () => void {
  const audio = new AudioContext();
  const ring = () => {
    navigator.vibrate?.([200, 100, 200]);
    if (audio.state !== "running") return;
    for (const [index, frequency] of NOTES.entries())
      playNote(audio, { ...NOTE, frequency, at: audio.currentTime + index * NOTE.lengthS });
  };
  audio.resume().then(ring, console.warn);
  const timer = setInterval(ring, EVERY_MS);
  return () => {
    clearInterval(timer);
    navigator.vibrate?.(0);
    audio.close().catch(console.warn);
  };
}
