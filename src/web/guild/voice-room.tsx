// How many people are in the call of a voice channel, as its row in the tree shows it.
import { callsText } from "../../text/calls";
import { client, useStore } from "../app/client";
import { useWords } from "../app/use-text";

/** `isOn`: whether the inbox knows of a call. Who is in it is known once the channel was opened. */
export function VoiceRoom({ channel, isOn }: { channel: string; isOn: boolean }) {
  const words = useWords(callsText);
  const call = useStore(client.channel(channel).calls.view);
  if (call === null) return isOn ? <span className="unseen">{words.on}</span> : null;
  const { peers, capacity } = call;
  return (
    <span className="tree-room" data-full={peers.length >= capacity || undefined}>
      <span aria-hidden>{words.room(peers.length, capacity)}</span>
      <span className="unseen">{words.inCall(peers.length, capacity)}</span>
    </span>
  );
}
