// The player of a voice message: its waveform, on which a click or the arrow keys seek.
import { Pause, Play } from "lucide-react";
import { useState } from "react";
import { playerTime } from "../../text/times";
import { voiceText } from "../../text/voice";
import { useStore } from "../app/client";
import { useLocale, useWords } from "../app/use-text";
import { IconButton } from "../controls/icon-button";
import { nextSpeed, pause, play, playback, seek, speed } from "./playback";
import { Waveform } from "./waveform-bars";

interface VoicePlayerProps {
  /** The address of the sound. */
  source: string;
  waveform: readonly number[];
  /** The length as its sender measured it. A file that a browser recorded may not say it. */
  durationMs: number;
  isTabbable?: boolean;
}

/** The arrow keys move by this much. */
const STEP_MS = 1_000;

export function VoicePlayer({ source, waveform, durationMs: measuredMs, isTabbable = true }: VoicePlayerProps) {
  const words = useWords(voiceText);
  const locale = useLocale();
  const current = useStore(playback);
  const rate = useStore(speed);
  /** Where it begins, while another sound is the current one. */
  const [startMs, setStartMs] = useState(0);
  const isMine = current.source === source;
  const durationMs = Math.max(1, (isMine ? current.durationMs : null) ?? measuredMs);
  const positionMs = Math.min(durationMs, isMine ? current.positionMs : startMs);
  const isPlaying = isMine && current.isPlaying;
  const tabIndex = isTabbable ? 0 : -1;
  const move = (to: number) => {
    setStartMs(to);
    if (isMine) seek(to);
  };
  return (
    <fieldset className="voice" aria-label={words.message(playerTime(durationMs))}>
      <IconButton
        icon={isPlaying ? Pause : Play}
        label={isPlaying ? words.pause : words.play}
        tabIndex={tabIndex}
        look="primary"
        onClick={() => {
          if (isPlaying) return pause();
          void play(source, positionMs >= durationMs ? 0 : positionMs);
        }}
      />
      <span className="voice-track">
        <Waveform values={waveform} played={positionMs / durationMs} />
        <input
          type="range"
          min={0}
          max={durationMs}
          step={durationMs > 10 * STEP_MS ? STEP_MS : "any"}
          value={positionMs}
          tabIndex={tabIndex}
          aria-label={words.position}
          aria-valuetext={words.at(playerTime(positionMs), playerTime(durationMs))}
          onChange={({ target }) => move(Number(target.value))}
          onKeyDown={(event) => {
            const step = { ArrowLeft: -STEP_MS, ArrowRight: STEP_MS }[event.key];
            if (step === undefined) return;
            event.preventDefault();
            event.stopPropagation();
            move(Math.min(durationMs, Math.max(0, positionMs + step)));
          }}
        />
      </span>
      <span className="voice-time">{playerTime(isMine && positionMs > 0 ? positionMs : durationMs)}</span>
      <button
        type="button"
        className="voice-speed"
        tabIndex={tabIndex}
        aria-label={words.speed(rate.toLocaleString(locale))}
        title={words.speed(rate.toLocaleString(locale))}
        onClick={nextSpeed}
      >
        {rate.toLocaleString(locale)}×
      </button>
      {isMine && current.hasFailed && (
        <span className="voice-problem" role="alert">
          {words.unplayable}
        </span>
      )}
    </fieldset>
  );
}
