// Records the microphone: the sound as a file, and how loud it is while it runs.
import type { OutgoingFile } from "../../sdk";
import { type Level, waveformOf } from "./waveform";

/** Why nothing can be recorded. */
export type MicrophoneProblem = "refused" | "missing" | "busy" | "unsupported";

/** Of these the first that the browser records. Safari records MP4 only. */
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4", ""];
/** Enough for speech in Opus and in AAC. */
const BITS_PER_SECOND = 48_000;
/** How often the level is measured. */
const LEVEL_MS = 50;
/** The longest recording. A longer talk is a file. */
export const LONGEST_MS = 30 * 60_000;
/** What is shorter was a mistake of the finger. */
export const SHORTEST_MS = 500;
/** Speech has a mean level of about 0.1. */
const LOUD = 5;

/** Returns why a microphone cannot be used. */
export function problemOf(thrown: unknown): MicrophoneProblem {
  const name = thrown instanceof DOMException ? thrown.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "unsupported";
}

export class VoiceRecorder {
  readonly #stream: MediaStream;
  readonly #recorder: MediaRecorder;
  readonly #audio: AudioContext;
  readonly #analyser: AnalyserNode;
  readonly #levels: Level[] = [];
  readonly #chunks: Blob[] = [];
  readonly #ended = Promise.withResolvers<void>();
  readonly #startedAt = performance.now();
  readonly #timer: ReturnType<typeof setInterval>;
  #endedAt: number | null = null;

  private constructor(stream: MediaStream) {
    this.#stream = stream;
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
    this.#recorder = new MediaRecorder(stream, {
      audioBitsPerSecond: BITS_PER_SECOND,
      ...(mimeType !== "" && { mimeType }),
    });
    this.#audio = new AudioContext();
    this.#analyser = new AnalyserNode(this.#audio, { fftSize: 2_048 });
    this.#audio.createMediaStreamSource(stream).connect(this.#analyser);
    this.#recorder.ondataavailable = ({ data }) => data.size > 0 && this.#chunks.push(data);
    this.#recorder.onstop = () => this.#end();
    this.#recorder.start(1_000);
    this.#timer = setInterval(() => this.#measure(), LEVEL_MS);
  }

  /** Asks for the microphone and begins. Rejects if there is none or the person refuses. */
  static async start(): Promise<VoiceRecorder> {
    if (!("MediaRecorder" in globalThis) || !navigator.mediaDevices) throw new Error("this browser records nothing");
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    try {
      return new VoiceRecorder(stream);
    } catch (thrown) {
      for (const track of stream.getTracks()) track.stop();
      throw thrown;
    }
  }

  /** Resolves when the recording ends, also because the microphone was unplugged. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get durationMs(): number {
    return Math.round((this.#endedAt ?? performance.now()) - this.#startedAt);
  }

  /** The newest levels, the newest one last. */
  levels(count: number): readonly Level[] {
    return this.#levels.slice(-count);
  }

  /** Ends the recording and returns it as a file; null if nothing was recorded. */
  async stop(name: string): Promise<OutgoingFile | null> {
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
    await this.#ended.promise;
    if (this.#chunks.length === 0) return null;
    const type = this.#recorder.mimeType.split(";")[0] ?? "";
    const durationMs = this.durationMs;
    return {
      bytes: new Blob(this.#chunks, { type }),
      name: `${name}.${extensions[type] ?? "webm"}`,
      type,
      measured: { durationMs, waveform: waveformOf(this.#levels, durationMs) },
    };
  }

  #measure(): void {
    const samples = new Float32Array(this.#analyser.fftSize);
    this.#analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    this.#levels.push({ atMs: this.durationMs, value: Math.min(1, Math.sqrt(power) * LOUD) });
    if (this.durationMs >= LONGEST_MS && this.#recorder.state !== "inactive") this.#recorder.stop();
  }

  #end(): void {
    this.#endedAt ??= performance.now();
    clearInterval(this.#timer);
    for (const track of this.#stream.getTracks()) track.stop();
    this.#audio.close().catch(console.warn);
    this.#ended.resolve();
  }
}

const extensions: Readonly<Record<string, string>> = { "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a" };
