// What a person sees before a call: their own picture, the level of their microphone, and the
// devices. Nobody else sees or hears them yet.
import { Mic, MicOff, Video, VideoOff } from "lucide-react";
import { useState } from "react";
import { channelKinds, limits, type Me } from "../../protocol";
import type { ActiveCall } from "../../sdk";
import { callsText } from "../../text/calls";
import { client, useStore } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { useInboxEntry } from "../chat/use-channel";
import { Button } from "../controls/button";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { faceOf } from "../people/channel-face";
import { Switch } from "../settings/switch";
import { DeviceChoices, DeviceProblems } from "./device-menu";
import { LevelMeter } from "./level-meter";
import { Picture } from "./media-elements";

export function Preview({ call, me }: { call: ActiveCall; me: Me }) {
  const text = useText();
  const words = useWords(callsText);
  const entry = useInboxEntry(call.channel);
  const { tracks, muted, camera } = useStore(call.media.view);
  const { isRelayOnly } = useStore(call.view);
  const { calls } = client.channel(call.channel);
  const on = useStore(calls.view);
  const permissions = useStore(calls.permissions);
  const [ring, setRing] = useState(false);
  const [switching, run] = useSave();
  const face = entry && faceOf(entry, me.id, text);
  const name = face?.name ?? "";
  const others = on?.peers.length ?? 0;
  const isFull = on !== null && others >= on.capacity;
  const needsAudio = camera && others >= limits.callVideoPeers;
  const isGroup = entry !== null && channelKinds[entry.kind].roster === "managed";
  const join = () => void client.calls.join(call, { ring }).catch(console.warn);
  return (
    <Modal
      title={face?.kind === "person" ? words.preview.person(name) : words.preview.title(name)}
      className="call-preview"
      onClose={() => client.calls.leave()}
    >
      <div className="modal-body">
        <div className="call-mirror">
          {tracks.camera ? (
            <Picture track={tracks.camera} label={words.you} isMirrored />
          ) : (
            <p>{words.preview.cameraOff}</p>
          )}
        </div>
        <div className="call-preview-row">
          <Button aria-pressed={!muted} onClick={() => call.setMuted(!muted)} disabled={!tracks.voice}>
            {muted || !tracks.voice ? <MicOff aria-hidden /> : <Mic aria-hidden />}
            {muted ? words.unmute : words.mute}
          </Button>
          {permissions.includes("video") && (
            <Button
              aria-pressed={camera}
              busy={switching.state === "busy"}
              onClick={() => void run(() => call.setCamera(!camera))}
            >
              {camera ? <Video aria-hidden /> : <VideoOff aria-hidden />}
              {camera ? words.cameraOff : words.cameraOn}
            </Button>
          )}
          {tracks.voice && <LevelMeter track={tracks.voice} label={words.preview.level} />}
        </div>
        <DeviceProblems call={call} />
        {switching.state === "failed" && <Notice tone="danger">{explain(switching.thrown, text)}</Notice>}
        {!permissions.includes("speak") && permissions.length > 0 && <Notice tone="calm">{words.cantSpeak}</Notice>}
        {needsAudio && <Notice tone="danger">{words.videoFull}</Notice>}
        {isFull && <Notice tone="danger">{words.full}</Notice>}
        <DeviceChoices call={call} />
        {isGroup && on === null && (
          <Switch label={words.preview.ring} hint={words.preview.ringHint} isOn={ring} onTurn={setRing} />
        )}
        <p className="modal-hint">{words.preview.hint}</p>
        {isRelayOnly && <p className="modal-hint">{words.preview.hidden}</p>}
        {on && <p className="modal-hint">{words.inCall(others, on.capacity)}</p>}
        <Button look="primary" className="button-wide" disabled={isFull || needsAudio} onClick={join}>
          {on === null ? words.preview.start : words.preview.join}
        </Button>
      </div>
    </Modal>
  );
}
