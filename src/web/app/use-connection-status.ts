import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { client, useStore } from "./client";

export type ConnectionStatus = "none" | "connecting" | "waiting" | "offline" | "limited" | "back";

/** Shorter disconnects are not shown. */
const PATIENCE_MS = 2_000;
const BACK_MS = 2_500;
const LIMITED_MS = 6_000;

function subscribeNetwork(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

export function useConnectionStatus(): ConnectionStatus {
  const connection = useStore(client.connection);
  const { state } = connection;
  const isLimited = connection.state === "online" && connection.transport !== "socket";
  const hasNetwork = useSyncExternalStore(subscribeNetwork, () => navigator.onLine);
  // A socket can look open for a while after the network is gone.
  const isAway = !hasNetwork || state === "connecting" || state === "waiting";
  const [phase, setPhase] = useState<"none" | "away" | "limited" | "back">("none");
  const wasShown = useRef(false);
  wasShown.current = phase === "away";

  useEffect(() => {
    if (isAway) {
      const timer = window.setTimeout(() => setPhase("away"), PATIENCE_MS);
      return () => window.clearTimeout(timer);
    }
    setPhase(isLimited ? "limited" : wasShown.current && state === "online" ? "back" : "none");
    const timer = window.setTimeout(() => setPhase("none"), isLimited ? LIMITED_MS : BACK_MS);
    return () => window.clearTimeout(timer);
  }, [isAway, isLimited, state]);

  if (phase === "back" || (phase === "limited" && isLimited)) return phase;
  if (phase !== "away" || !isAway) return "none";
  if (!hasNetwork) return "offline";
  return state === "connecting" ? "connecting" : "waiting";
}
