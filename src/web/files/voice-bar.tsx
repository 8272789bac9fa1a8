// In place of the composer's input while a voice message is recorded, and while its author listens
// to it before sending. Loaded when a person first records.
import { ArrowUp, Square, Trash2, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { OutgoingFile } from "../../sdk";
import { playerTime } from "../../text/times";
import { voiceText } from "../../text/voice";
import { useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { IconButton } from "../controls/icon-button";
import { keepRecording, keptRecording } from "./kept-recordings";
import { stopPlayback } from "./playback";
import { useObjectUrl } from "./use-object-url";
import { VoicePlayer } from "./voice-player";
import { type MicrophoneProblem, problemOf, SHORTEST_MS, VoiceRecorder } from "./voice-recorder";
import { Waveform } from "./waveform-bars";

interface VoiceBarProps {
  /** The place of the composer: see `placeOf`. */
  place: string;
  /** Returns whether the message was sent. If not, the composer says why. */
  onSend(file: OutgoingFile): boolean;
  /** Called when the recording is sent or thrown away. */
  onEnd(): void;
}

type BarState =
  | { state: "starting" | "finishing" }
  | { state: "recording"; recorder: VoiceRecorder }
  | { state: "recorded"; file: OutgoingFile }
  | { state: "failed"; problem: MicrophoneProblem | "tooShort" };

/** How many of the newest levels are drawn. */
const DRAWN_LEVELS = 48;
const REDRAW_MS = 100;

export function VoiceBar({ place, onSend, onEnd }: VoiceBarProps) {
  const words = useWords(voiceText);
  const [bar, setBar] = useState<BarState>(() => {
    const file = keptRecording(place);
    return file === null ? { state: "starting" } : { state: "recorded", file };
  });
  const box = useRef<HTMLFieldSetElement>(null);
  const { state } = bar;
  const isStarting = state === "starting";

  useEffect(() => {
    if (!isStarting) return;
    let isGone = false;
    VoiceRecorder.start().then(
      (recorder) => {
        if (isGone) void recorder.stop("");
        else setBar({ state: "recording", recorder });
      },
      (thrown: unknown) => isGone || setBar({ state: "failed", problem: problemOf(thrown) }),
    );
    return () => {
      isGone = true;
    };
  }, [isStarting]);

  const recorder = bar.state === "recording" ? bar.recorder : null;
  const finish = async (running: VoiceRecorder): Promise<OutgoingFile | null> => {
    setBar({ state: "finishing" });
    const file = await running.stop(words.fileName);
    if (file !== null && running.durationMs >= SHORTEST_MS) return file;
    setBar({ state: "failed", problem: "tooShort" });
    return null;
  };
  /** Whether the recording ends because of something that the person did here. */
  const isHandled = useRef(false);
  const name = words.fileName;
  useEffect(() => {
    if (!recorder) return;
    isHandled.current = false;
    const keep = async () => {
      const file = await recorder.stop(name);
      if (file !== null && recorder.durationMs >= SHORTEST_MS) keepRecording(place, file);
      return file;
    };
    let isGone = false;
    void recorder.ended.then(async () => {
      if (isHandled.current || isGone) return;
      const file = await keep();
      setBar(file === null ? { state: "failed", problem: "tooShort" } : { state: "recorded", file });
    });
    return () => {
      isGone = true;
      // The person goes to another chat, and finds the recording when they come back.
      if (!isHandled.current) void keep();
    };
  }, [recorder, place, name]);

  // The button that was pressed is gone with its state.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each state has other buttons.
  useEffect(() => [...(box.current?.querySelectorAll("button") ?? [])].at(-1)?.focus(), [state]);
  useEffect(() => () => stopPlayback(), []);

  const end = () => {
    isHandled.current = true;
    keepRecording(place, null);
    if (recorder) void recorder.stop("");
    onEnd();
  };
  const send = async () => {
    isHandled.current = true;
    const file = recorder ? await finish(recorder) : bar.state === "recorded" ? bar.file : null;
    if (file === null) return;
    if (!onSend(file)) {
      keepRecording(place, file);
      return setBar({ state: "recorded", file });
    }
    keepRecording(place, null);
    onEnd();
  };
  const stop = async (running: VoiceRecorder) => {
    isHandled.current = true;
    const file = await finish(running);
    if (file === null) return;
    keepRecording(place, file);
    setBar({ state: "recorded", file });
  };

  return (
    <fieldset ref={box} className="voice-bar" aria-label={words.recording}>
      {bar.state === "failed" ? (
        <>
          <p role="alert">{words.problems[bar.problem]}</p>
          <Button look="quiet" onClick={() => setBar({ state: "starting" })}>
            {words.again}
          </Button>
          <IconButton icon={X} label={words.close} onClick={end} />
        </>
      ) : (
        <>
          <IconButton icon={Trash2} label={words.cancel} onClick={end} />
          {bar.state === "recording" ? (
            <Running recorder={bar.recorder} />
          ) : bar.state === "recorded" ? (
            <Recorded file={bar.file} />
          ) : (
            <p role="status">{isStarting ? words.starting : ""}</p>
          )}
          {recorder && <IconButton icon={Square} label={words.stop} onClick={() => void stop(recorder)} />}
          <IconButton
            icon={ArrowUp}
            label={words.send}
            look="primary"
            aria-disabled={!recorder && bar.state !== "recorded"}
            onClick={() => void send()}
          />
        </>
      )}
    </fieldset>
  );
}

/** The time and the level of a recording that runs. */
function Running({ recorder }: { recorder: VoiceRecorder }) {
  const words = useWords(voiceText);
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((count) => count + 1), REDRAW_MS);
    return () => clearInterval(timer);
  }, []);
  const values = recorder.levels(DRAWN_LEVELS).map(({ value }) => Math.round(value * 255));
  const padded = [...new Array<number>(DRAWN_LEVELS - values.length).fill(0), ...values];
  const time = playerTime(recorder.durationMs);
  return (
    <>
      <span className="voice-live" aria-hidden />
      <time className="voice-time" role="timer" aria-label={words.elapsed(time)}>
        {time}
      </time>
      <meter className="voice-meter" aria-label={words.level} min={0} max={255} value={values.at(-1) ?? 0} />
      <Waveform values={padded} played={1} />
    </>
  );
}

function Recorded({ file }: { file: OutgoingFile }) {
  const url = useObjectUrl(file.bytes);
  const { waveform = [], durationMs = 0 } = file.measured ?? {};
  return url && <VoicePlayer source={url} waveform={waveform} durationMs={durationMs} />;
}
