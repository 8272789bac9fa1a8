// The open channel. It is attached while its pane is shown.
import { useEffect, useMemo } from "react";
import type { InboxEntry } from "../../sdk";
import { client, useStore } from "../app/client";

export function useChannel(id: string) {
  const handle = useMemo(() => client.channel(id), [id]);
  const view = useStore(handle.view);
  useEffect(() => {
    // A failure shows in the view's phase and in the connection banner. The SDK tries again.
    handle.open().catch(() => {});
    return () => handle.release();
  }, [handle]);
  const isListed = useInboxEntry(id) !== null;
  useEffect(() => {
    // This person was added again.
    if (isListed && handle.view.get().phase === "gone") handle.open().catch(() => {});
  }, [isListed, handle]);
  return { handle, view };
}

export function useInboxEntry(id: string | null) {
  const inbox = useStore(client.inbox);
  const ofGuilds = useStore(client.guildChannels);
  const isWanted = (entry: InboxEntry) => entry.id === id;
  return inbox?.find(isWanted) ?? ofGuilds.find(isWanted) ?? null;
}
