import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { client } from "./client";
import { useStore } from "./store";

export type ConnectionNews = "none" | "connecting" | "waiting" | "offline" | "back";

/** Shorter drops are nobody's business. */
const PATIENCE_MS = 2_000;
const BACK_MS = 2_500;

function subscribeNetwork(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

export function useConnectionNews(): ConnectionNews {
  const { state } = useStore(client.connection);
  const hasNetwork = useSyncExternalStore(subscribeNetwork, () => navigator.onLine);
  // A socket may look open for a while after the network has gone.
  const isAway = !hasNetwork || state === "connecting" || state === "waiting";
  const [phase, setPhase] = useState<"quiet" | "away" | "back">("quiet");
  const wasShown = useRef(false);
  wasShown.current = phase === "away";

  useEffect(() => {
    if (isAway) {
      const timer = window.setTimeout(() => setPhase("away"), PATIENCE_MS);
      return () => window.clearTimeout(timer);
    }
    setPhase(wasShown.current && state === "online" ? "back" : "quiet");
    const timer = window.setTimeout(() => setPhase("quiet"), BACK_MS);
    return () => window.clearTimeout(timer);
  }, [isAway, state]);

  if (phase === "back") return "back";
  if (phase === "quiet" || !isAway) return "none";
  if (!hasNetwork) return "offline";
  return state === "connecting" ? "connecting" : "waiting";
}
