// One open channel: attached while its pane is on screen.
import { useEffect, useMemo } from "react";
import { client, useStore } from "../app/client";

export function useChannel(id: string) {
  const handle = useMemo(() => client.channel(id), [id]);
  const view = useStore(handle.view);
  useEffect(() => {
    // A failed opening shows in the view's phase and in the connection's banner; the SDK tries again by itself.
    handle.open().catch(() => {});
    return () => handle.release();
  }, [handle]);
  return { handle, view };
}

export function useInboxEntry(id: string) {
  return useStore(client.inbox)?.find((entry) => entry.id === id) ?? null;
}
