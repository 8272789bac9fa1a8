// One synthesised note, so that no sound has to be loaded.

export interface Note {
  frequency: number;
  /** When it begins, in the time of the audio context. Seconds. */
  at: number;
  lengthS: number;
  loudness: number;
  /** How long it takes to become loud. */
  attackS: number;
}

export function playNote(audio: AudioContext, { frequency, at, lengthS, loudness, attackS }: Note): void {
  const note = new OscillatorNode(audio, { frequency });
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(loudness, at + attackS);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + lengthS);
  note.connect(gain).connect(audio.destination);
  note.start(at);
  note.stop(at + lengthS);
}
