// A call that rings on this device.
import { Phone, PhoneOff, Video } from "lucide-react";
import { useEffect } from "react";
import { channelKinds, type Me } from "../../protocol";
import type { RingingCall } from "../../sdk";
import { callsText } from "../../text/calls";
import { client, useStore } from "../app/client";
import { explain } from "../app/explain";
import { usePreferences } from "../app/preferences";
import { useText, useWords } from "../app/use-text";
import { useInboxEntry } from "../chat/use-channel";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { Avatar } from "../people/avatar";
import { faceOf } from "../people/channel-face";
import { startRinging } from "./ring-sound";
import { acceptCall } from "./start-call";
import { useNames } from "./use-names";

export function Ringing({ rings, me }: { rings: readonly RingingCall[]; me: Me }) {
  const sound = usePreferences((preferences) => preferences.sound);
  const isBusy = useStore(client.calls.current) !== null;
  useEffect(() => {
    // Who is in a call sees the ring, and does not hear it in the middle of a sentence.
    if (sound && !isBusy) return startRinging();
  }, [sound, isBusy]);
  return (
    <div className="call-rings">
      {rings.map((ringing) => (
        <RingCard key={`${ringing.channel} ${ringing.call}`} ringing={ringing} me={me} isBusy={isBusy} />
      ))}
    </div>
  );
}

function RingCard({ ringing, me, isBusy }: { ringing: RingingCall; me: Me; isBusy: boolean }) {
  const text = useText();
  const words = useWords(callsText);
  const nameOf = useNames();
  const entry = useInboxEntry(ringing.channel);
  const [answering, run] = useSave();
  const name = nameOf(ringing.from);
  const face = entry && faceOf(entry, me.id, text);
  return (
    <div className="call-ring" role="alertdialog" aria-label={words.ring.title(name)}>
      <Avatar id={ringing.from} name={name} size="l" />
      <div>
        <p className="call-ring-title" dir="auto">
          {words.ring.title(name)}
        </p>
        {entry && face && channelKinds[entry.kind].roster !== "pair" && (
          <p dir="auto">{words.ring.inGroup(face.name)}</p>
        )}
        {ringing.video && <p>{words.ring.video}</p>}
        {isBusy && <p>{words.ring.replaces}</p>}
      </div>
      <div className="call-ring-actions">
        <Button look="primary" onClick={() => void run(() => acceptCall(ringing, {}))}>
          <Phone aria-hidden />
          {words.ring.accept}
        </Button>
        <Button onClick={() => void run(() => acceptCall(ringing, { video: true }))}>
          <Video aria-hidden />
          {words.ring.acceptVideo}
        </Button>
        <Button look="danger" onClick={() => void run(() => client.calls.decline(ringing))}>
          <PhoneOff aria-hidden />
          {words.ring.decline}
        </Button>
      </div>
      {answering.state === "failed" && <Notice tone="danger">{explain(answering.thrown, text)}</Notice>}
    </div>
  );
}
