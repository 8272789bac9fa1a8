// The notification settings of a person. A change shows immediately. Requests are sent one after
// the other, and a failed change is reverted.
import { useCallback, useEffect, useRef, useState } from "react";
import type { NotificationSettings } from "../../sdk";
import { client } from "../app/client";

export type LoadedSettings =
  | { state: "loading" }
  | { state: "loaded"; settings: NotificationSettings; failed: unknown }
  | { state: "failed"; thrown: unknown };

export function useNotificationSettings() {
  const [loaded, setLoaded] = useState<LoadedSettings>({ state: "loading" });
  const stored = useRef<NotificationSettings>({ previews: true, quiet: null });
  const queue = useRef(Promise.resolve());
  const latest = useRef(0);

  const load = useCallback(() => {
    setLoaded({ state: "loading" });
    client.push.settings().then(
      (settings) => {
        stored.current = settings;
        setLoaded({ state: "loaded", settings, failed: null });
      },
      (thrown: unknown) => setLoaded({ state: "failed", thrown }),
    );
  }, []);
  useEffect(load, [load]);

  const change = useCallback((settings: NotificationSettings) => {
    latest.current += 1;
    const mine = latest.current;
    setLoaded({ state: "loaded", settings, failed: null });
    queue.current = queue.current.then(async () => {
      // Only the last of several waiting changes is sent.
      if (mine !== latest.current) return;
      try {
        await client.push.changeSettings(settings);
        stored.current = settings;
      } catch (failed) {
        if (mine === latest.current) setLoaded({ state: "loaded", settings: stored.current, failed });
      }
    });
  }, []);
  return { loaded, load, change };
}
