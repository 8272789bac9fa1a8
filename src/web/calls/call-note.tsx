// The call of the open chat, above the composer: who is in it, and a button to join. A voice
// channel has it without a call too. A call that was missed can be called back.
import { PhoneMissed, Volume2 } from "lucide-react";
import { channelKinds, limits } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { callsText } from "../../text/calls";
import { client, useStore } from "../app/client";
import { useWords } from "../app/use-text";
import { useChannelContext } from "../chat/channel-context";
import { Button } from "../controls/button";
import { Avatar } from "../people/avatar";
import { useMayCall } from "./call-buttons";
import { useStage } from "./call-stage";
import { prepareCall } from "./start-call";
import "./call-note.css";

export function CallNote({ entry }: { entry: InboxEntry }) {
  const words = useWords(callsText);
  const { name, fullName } = useChannelContext();
  const { calls } = client.channel(entry.id);
  const mayCall = useMayCall(client.channel(entry.id));
  const call = useStore(calls.view);
  const current = useStore(client.calls.current);
  const { isShown, show } = useStage();
  const isHere = current?.channel === entry.id;
  const { missed } = entry.row;
  if (call === null && missed && mayCall && !isHere)
    return (
      <div className="call-note" role="status">
        <PhoneMissed aria-hidden />
        <p dir="auto">{words.log.missed(name(missed.by))}</p>
        <Button onClick={() => void prepareCall(entry.id, {}).catch(console.warn)}>{words.callBack}</Button>
      </div>
    );
  const isVoiceChannel = channelKinds[entry.kind].roster === "by_view" && mayCall;
  if (call === null && !isVoiceChannel) return null;
  const peers = call?.peers ?? [];
  const capacity = call?.capacity ?? limits.callPeers;
  const isFull = peers.length >= capacity;
  return (
    <div className="call-note" data-on={call !== null || undefined}>
      <Volume2 aria-hidden />
      <p>
        {call === null ? words.voiceEmpty : isHere ? words.here : words.on}{" "}
        <span className="call-room">
          <span aria-hidden>{words.room(peers.length, capacity)}</span>
          <span className="unseen">{words.inCall(peers.length, capacity)}</span>
        </span>
      </p>
      <ul className="call-faces">
        {peers.map(({ peer, user }) => (
          <li key={peer} title={fullName(user)}>
            <Avatar id={user} name={fullName(user)} size="xs" />
            <span className="unseen">{fullName(user)}</span>
          </li>
        ))}
      </ul>
      {isHere && !isShown && <Button onClick={() => show(true)}>{words.expand}</Button>}
      {!isHere && mayCall && (
        <Button
          look="primary"
          disabled={isFull}
          title={isFull ? words.full : undefined}
          onClick={() => void prepareCall(entry.id, {}).catch(console.warn)}
        >
          {words.joinCall}
        </Button>
      )}
    </div>
  );
}
