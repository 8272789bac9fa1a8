// One participant: picture or avatar, name, state of the connection.
import { Hand, MicOff, RotateCw, SignalHigh, SignalLow, SignalMedium, SignalZero } from "lucide-react";
import type { CallParticipant } from "../../sdk";
import { callsText } from "../../text/calls";
import { useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Avatar } from "../people/avatar";
import { Picture } from "./media-elements";

interface TileProps {
  participant: CallParticipant;
  name: string;
  /** The person's own name, also for this person. The avatar shows its first letter. */
  fullName: string;
  /** Shows the screen in place of the camera. */
  isScreen?: boolean;
  onRetry(): void;
}

const signalIcons = [SignalZero, SignalLow, SignalMedium, SignalHigh];

export function Tile({ participant, name, fullName, isScreen = false, onRetry }: TileProps) {
  const words = useWords(callsText);
  const { isMe, phase, bars, muted, hand, isSpeaking, tracks } = participant;
  const track = isScreen ? tracks.screen : tracks.camera;
  const title = isScreen ? words.screenOf(name) : name;
  const isConnected = phase === "connected";
  const Signal = signalIcons[bars] ?? SignalZero;
  const states = [
    ...(isMe ? [] : [words.state[phase]]),
    ...(muted ? [words.state.muted] : []),
    ...(participant.camera ? [words.state.camera] : []),
    ...(hand ? [words.state.hand] : []),
    ...(isMe || !isConnected ? [] : [words.state.bars(bars)]),
  ];
  return (
    <li
      className="call-tile"
      data-speaking={(isSpeaking && !isScreen) || undefined}
      data-phase={phase}
      data-screen={isScreen || undefined}
    >
      {track ? (
        <Picture track={track} label={title} isMirrored={isMe && !isScreen} isWhole={isScreen} />
      ) : (
        <Avatar id={participant.user} name={fullName} size="l" />
      )}
      {!isConnected && (
        <div className="call-phase">
          <p>{words.state[phase]}</p>
          {phase === "failed" && (
            <Button onClick={onRetry}>
              <RotateCw aria-hidden />
              {words.retry}
            </Button>
          )}
        </div>
      )}
      <p className="call-name">
        {muted && !isScreen && <MicOff aria-hidden />}
        {hand && !isScreen && <Hand aria-hidden />}
        <span dir="auto">{title}</span>
        {!isScreen && <span className="unseen">{states.join(", ")}</span>}
        {!isMe && <Signal className="call-bars" data-bars={bars} aria-hidden />}
      </p>
    </li>
  );
}
