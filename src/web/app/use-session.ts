// Restores the session when the page loads, and connects the client.
import { useCallback, useEffect, useState } from "react";
import { client, useStore } from "./client";

/** `unreachable`: the server did not answer. The session cookie may still be valid. */
type SessionState = "restoring" | "unreachable" | "known";

export function useSession() {
  const [session, setSession] = useState<SessionState>("restoring");
  const id = useStore(client.me)?.id;

  const restore = useCallback(() => {
    setSession("restoring");
    client.accounts.restore().then(
      () => setSession("known"),
      () => setSession("unreachable"),
    );
  }, []);

  useEffect(restore, [restore]);
  useEffect(() => {
    if (session !== "unreachable") return;
    window.addEventListener("online", restore);
    return () => window.removeEventListener("online", restore);
  }, [session, restore]);

  useEffect(() => {
    // Rejects only when the session has ended, which the stores show.
    if (id !== undefined) client.connect().catch(() => {});
  }, [id]);

  return { session, retry: restore };
}
