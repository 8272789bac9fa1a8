// The call, over the whole page or as a small view over the chats.
import { Maximize2, WifiOff } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { channelKinds } from "../../protocol";
import type { ActiveCall } from "../../sdk";
import { callsText } from "../../text/calls";
import { client, useStore } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { useInboxEntry } from "../chat/use-channel";
import { Button } from "../controls/button";
import { IconButton } from "../controls/icon-button";
import { Notice } from "../controls/notice";
import { CallControls, type CallLayout, LeaveButton, MuteButton, toggleMute } from "./call-controls";
import { useStage } from "./call-stage";
import { CallTiles } from "./call-tiles";
import { DeviceProblems } from "./device-menu";
import { Tile } from "./tile";
import { largeTile, tilesOf } from "./tile-order";
import { useArrivals } from "./use-arrivals";
import { useNames } from "./use-names";
import { useWakeLock } from "./use-wake-lock";

/** Where a space is text, or presses what the person has reached by keyboard. */
const TAKES_SPACE = "input, textarea, select, [contenteditable], dialog *, :is(button, a):focus-visible";

export function CallScreen({ call }: { call: ActiveCall }) {
  const text = useText();
  const words = useWords(callsText);
  const { isShown, show } = useStage();
  const { phase, hasSignalling, participants, error } = useStore(call.view);
  const [layout, setLayout] = useState<CallLayout>("grid");
  const [refusal, setRefusal] = useState<unknown>(null);
  const stage = useRef<HTMLElement>(null);
  const entry = useInboxEntry(call.channel);
  const news = useArrivals(participants);
  useWakeLock();

  useEffect(() => {
    show(true);
    return () => show(false);
  }, [show]);

  useEffect(() => {
    if (isShown) stage.current?.focus();
  }, [isShown]);

  const refused = useCallback((thrown: unknown) => setRefusal(thrown), []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { target } = event;
      if (event.code !== "Space" || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      if (target instanceof Element && target.closest(TAKES_SPACE)) return;
      event.preventDefault();
      toggleMute(call, refused);
    };
    if (!isShown) return;
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [call, isShown, refused]);

  const fullScreen = () => {
    const change = document.fullscreenElement ? document.exitFullscreen() : stage.current?.requestFullscreen();
    change?.catch(console.warn);
  };
  const hasPicture = participants.some(({ tracks }) => tracks.camera !== null || tracks.screen !== null);
  const pictureInPicture = () => {
    const videos = [...(stage.current?.querySelectorAll("video") ?? [])];
    const wanted = videos.find((video) => video.closest("[data-screen]")) ?? videos.at(-1);
    wanted?.requestPictureInPicture().catch(setRefusal);
  };
  const shrink = () => {
    if (document.fullscreenElement) document.exitFullscreen().catch(console.warn);
    show(false);
  };

  if (!isShown) return <SmallCall call={call} onRefused={refused} />;
  const others = participants.filter(({ isMe }) => !isMe);
  const hasFailed = others.some((one) => one.phase === "failed");
  return (
    <section ref={stage} className="call-stage" aria-label={words.label} tabIndex={-1}>
      <p className="unseen" role="status">
        {news}
      </p>
      <div className="call-notices">
        {!hasSignalling && (
          <Notice icon={WifiOff} tone="calm">
            {words.noSignal}
          </Notice>
        )}
        <DeviceProblems call={call} />
        {(refusal !== null || error !== null) && <Notice tone="danger">{explain(refusal ?? error, text)}</Notice>}
        {hasFailed && <Button onClick={() => void client.calls.rejoin().catch(console.warn)}>{words.rejoin}</Button>}
      </div>
      {phase === "joining" ? (
        <p className="call-waiting">{words.joining}</p>
      ) : (
        <CallTiles call={call} layout={layout} />
      )}
      {phase === "joined" && others.length === 0 && (
        <p className="call-waiting" role="status">
          {entry && channelKinds[entry.kind].roster === "pair" ? words.ringing : words.waiting}
        </p>
      )}
      <CallControls
        call={call}
        layout={layout}
        onLayout={setLayout}
        onFullScreen={fullScreen}
        onPictureInPicture={hasPicture && document.pictureInPictureEnabled ? pictureInPicture : null}
        onShrink={shrink}
        onRefused={refused}
      />
    </section>
  );
}

interface SmallCallProps {
  call: ActiveCall;
  onRefused(thrown: unknown): void;
}

/** The speaker, and what a person needs while they read other chats. */
function SmallCall({ call, onRefused }: SmallCallProps) {
  const words = useWords(callsText);
  const nameOf = useNames();
  const { show } = useStage();
  const { participants, speaker } = useStore(call.view);
  const tile = largeTile(tilesOf(participants), speaker);
  return (
    <section className="call-small" aria-label={words.label}>
      <ul>
        {tile && (
          <Tile
            participant={tile.participant}
            name={tile.participant.isMe ? words.you : nameOf(tile.participant.user)}
            fullName={nameOf(tile.participant.user)}
            isScreen={tile.isScreen}
            onRetry={() => call.retry(tile.participant.peer)}
          />
        )}
      </ul>
      <div className="call-controls" role="toolbar" aria-label={words.label}>
        <MuteButton call={call} onRefused={onRefused} />
        <IconButton icon={Maximize2} label={words.expand} onClick={() => show(true)} />
        <LeaveButton />
      </div>
    </section>
  );
}
