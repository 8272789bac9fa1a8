// The controls of a call. The small view has only the first of them.
import {
  Hand,
  LayoutGrid,
  Maximize,
  Mic,
  MicOff,
  Minimize2,
  MonitorUp,
  MonitorX,
  PhoneOff,
  PictureInPicture2,
  Settings2,
  UserRound,
  Video,
  VideoOff,
} from "lucide-react";
import { useState } from "react";
import type { ActiveCall } from "../../sdk";
import { callsText } from "../../text/calls";
import { client, useStore } from "../app/client";
import { useWords } from "../app/use-text";
import { Floating, type Point, pointBelow } from "../controls/floating";
import { IconButton } from "../controls/icon-button";
import { DeviceChoices } from "./device-menu";

export type CallLayout = "grid" | "speaker";

interface CallControlsProps {
  call: ActiveCall;
  layout: CallLayout;
  onLayout(layout: CallLayout): void;
  onFullScreen(): void;
  onPictureInPicture: (() => void) | null;
  onShrink(): void;
  /** A change was refused. */
  onRefused(thrown: unknown): void;
}

export function MuteButton({ call, onRefused }: Pick<CallControlsProps, "call" | "onRefused">) {
  const words = useWords(callsText);
  const { muted, tracks } = useStore(call.media.view);
  return (
    <IconButton
      icon={muted || !tracks.voice ? MicOff : Mic}
      label={muted ? words.unmute : words.mute}
      title={`${muted ? words.unmute : words.mute} (${words.muteHint})`}
      aria-pressed={muted}
      disabled={!tracks.voice}
      onClick={() => toggleMute(call, onRefused)}
    />
  );
}

export function toggleMute(call: ActiveCall, onRefused: (thrown: unknown) => void): void {
  try {
    call.setMuted(!call.media.view.get().muted);
  } catch (error) {
    onRefused(error);
  }
}

export function LeaveButton() {
  const words = useWords(callsText);
  return <IconButton icon={PhoneOff} label={words.leave} data-leaves onClick={() => client.calls.leave()} />;
}

export function CallControls(props: CallControlsProps) {
  const { call, layout, onLayout, onFullScreen, onPictureInPicture, onShrink, onRefused } = props;
  const words = useWords(callsText);
  const { camera, screen, canShareScreen } = useStore(call.media.view);
  const { hand } = useStore(call.view);
  const permissions = useStore(client.channel(call.channel).calls.permissions);
  const [devices, setDevices] = useState<Point | null>(null);
  return (
    <div className="call-controls" role="toolbar" aria-label={words.label}>
      <MuteButton call={call} onRefused={onRefused} />
      {permissions.includes("video") && (
        <IconButton
          icon={camera ? Video : VideoOff}
          label={camera ? words.cameraOff : words.cameraOn}
          aria-pressed={camera}
          onClick={() => call.setCamera(!camera).catch(onRefused)}
        />
      )}
      {canShareScreen && permissions.includes("share") && (
        <IconButton
          icon={screen ? MonitorX : MonitorUp}
          label={screen ? words.stopShare : words.share}
          aria-pressed={screen}
          onClick={() => (screen ? call.stopScreen() : void call.shareScreen().catch(onRefused))}
        />
      )}
      <IconButton
        icon={Hand}
        label={hand ? words.lowerHand : words.raiseHand}
        aria-pressed={hand}
        onClick={() => call.setHand(!hand)}
      />
      <IconButton
        icon={Settings2}
        label={words.devices}
        aria-haspopup="dialog"
        onClick={({ currentTarget }) => setDevices(pointBelow(currentTarget))}
      />
      <IconButton
        icon={layout === "grid" ? UserRound : LayoutGrid}
        label={layout === "grid" ? words.speakerLayout : words.grid}
        onClick={() => onLayout(layout === "grid" ? "speaker" : "grid")}
      />
      {document.fullscreenEnabled && (
        <IconButton
          icon={Maximize}
          label={document.fullscreenElement ? words.exitFullScreen : words.fullScreen}
          onClick={onFullScreen}
        />
      )}
      {onPictureInPicture && (
        <IconButton icon={PictureInPicture2} label={words.pictureInPicture} onClick={onPictureInPicture} />
      )}
      <IconButton icon={Minimize2} label={words.shrink} onClick={onShrink} />
      <LeaveButton />
      {devices && (
        <Floating label={words.devices} className="menu" point={devices} onClose={() => setDevices(null)}>
          <DeviceChoices call={call} />
        </Floating>
      )}
    </div>
  );
}
