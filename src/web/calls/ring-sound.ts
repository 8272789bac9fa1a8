// The ringing tone: two notes every few seconds, synthesised, so that nothing is loaded.
const EVERY_MS = 3_000;
const NOTES = [440, 554.37, 440, 554.37];
const NOTE_S = 0.22;
const LOUDNESS = 0.15;

/** Rings until the returned function is called. A browser that forbids sound stays silent. */
export function startRinging(): () => void {
  const audio = new AudioContext();
  const ring = () => {
    navigator.vibrate?.([200, 100, 200]);
    if (audio.state !== "running") return;
    for (const [at, frequency] of NOTES.entries()) play(audio, frequency, audio.currentTime + at * NOTE_S);
  };
  audio.resume().then(ring, console.warn);
  const timer = setInterval(ring, EVERY_MS);
  return () => {
    clearInterval(timer);
    navigator.vibrate?.(0);
    audio.close().catch(console.warn);
  };
}

function play(audio: AudioContext, frequency: number, at: number): void {
  const note = new OscillatorNode(audio, { frequency });
  const loudness = new GainNode(audio, { gain: 0 });
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S);
  note.connect(loudness).connect(audio.destination);
  note.start(at);
  note.stop(at + NOTE_S);
}
