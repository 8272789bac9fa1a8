// Finds out on load whether somebody is signed in, and keeps whoever is connected.
import { useCallback, useEffect, useState } from "react";
import { client, useStore } from "./client";

/** `unreachable`: nobody answered, so nobody knows; the cookie may be as good as ever. */
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
    // Rejected only when the session has ended, which shows in the stores.
    if (id !== undefined) client.connect().catch(() => {});
  }, [id]);

  return { session, retry: restore };
}
