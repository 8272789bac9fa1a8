// The buttons of a chat that start or join its call.
import { Phone, Video } from "lucide-react";
import { useState } from "react";
import { channelKinds } from "../../protocol";
import { areCallsPossible, type ChannelHandle, type InboxEntry } from "../../sdk";
import { callsText } from "../../text/calls";
import { client, useStore } from "../app/client";
import { useWords } from "../app/use-text";
import { IconButton } from "../controls/icon-button";
import { prepareCall } from "./start-call";

/** Whether this person may call in a channel, and this browser and this server can. */
export function useMayCall(handle: ChannelHandle): boolean {
  const server = useStore(client.server);
  const permissions = useStore(handle.calls.permissions);
  const [isPossible] = useState(areCallsPossible);
  return isPossible && permissions.includes("call") && (server?.features.includes("calls") ?? false);
}

export function CallButtons({ entry }: { entry: InboxEntry }) {
  const words = useWords(callsText);
  const handle = client.channel(entry.id);
  const mayCall = useMayCall(handle);
  const permissions = useStore(handle.calls.permissions);
  const call = useStore(handle.calls.view);
  const current = useStore(client.calls.current);
  // A call that is on is joined in the note above the composer. Notes to oneself have no calls.
  if (!mayCall || call !== null || current?.channel === entry.id || isAlone(entry)) return null;
  const start = (video: boolean) => void prepareCall(entry.id, { video }).catch(console.warn);
  return (
    <>
      <IconButton icon={Phone} label={words.start} onClick={() => start(false)} />
      {permissions.includes("video") && (
        <IconButton icon={Video} label={words.startVideo} onClick={() => start(true)} />
      )}
    </>
  );
}

const isAlone = ({ kind, members, pending }: InboxEntry): boolean =>
  channelKinds[kind].roster === "pair" && members.length + pending.length < 2;

/** Calls back from a row of the log. */
export function CallBack({ channel }: { channel: string }) {
  const words = useWords(callsText);
  const mayCall = useMayCall(client.channel(channel));
  if (!mayCall) return null;
  return (
    <>
      {" "}
      <button type="button" className="link-button" onClick={() => void prepareCall(channel, {}).catch(console.warn)}>
        {words.callBack}
      </button>
    </>
  );
}
