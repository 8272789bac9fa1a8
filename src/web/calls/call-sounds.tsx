// The voices of the others. They play wherever the person is on the page.
import { useCallback, useState } from "react";
import type { ActiveCall } from "../../sdk";
import { callsText } from "../../text/calls";
import { useStore } from "../app/client";
import { useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { PlayedSound } from "./media-elements";

export function CallSounds({ call }: { call: ActiveCall }) {
  const words = useWords(callsText);
  const { participants } = useStore(call.view);
  const { chosen } = useStore(call.media.view);
  const [attempt, setAttempt] = useState(0);
  const [isBlocked, setBlocked] = useState(false);
  const block = useCallback(() => setBlocked(true), []);
  const tracks = participants.flatMap(({ isMe, peer, tracks: { voice, screenSound } }) =>
    isMe
      ? []
      : [
          { key: `${peer} voice`, track: voice },
          { key: `${peer} screen`, track: screenSound },
        ],
  );
  return (
    <>
      {tracks.map(
        ({ key, track }) =>
          track && <PlayedSound key={key} track={track} speaker={chosen.speaker} attempt={attempt} onBlocked={block} />,
      )}
      {isBlocked && (
        <div className="call-blocked" role="alert">
          <p>{words.soundBlocked}</p>
          <Button
            look="primary"
            onClick={() => {
              setBlocked(false);
              setAttempt((count) => count + 1);
            }}
          >
            {words.allowSound}
          </Button>
        </div>
      )}
    </>
  );
}
