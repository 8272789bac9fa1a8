// The addresses of the page. A navigation remembers where it came from, so that closing goes back instead of deeper.
import { useCallback } from "react";
import { useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";

export const routes = {
  chats: "/",
  chat: (id: string) => `/c/${encodeURIComponent(id)}`,
  settings: "/settings",
} as const;

interface Trail {
  from?: string;
}

const isTrail = (state: unknown): state is Trail => typeof state === "object" && state !== null && "from" in state;

export function useRoute() {
  const [location, navigate] = useLocation();
  const state = useHistoryState<unknown>();
  const from = isTrail(state) ? state.from : undefined;
  const isSettings = location === routes.settings;
  /** What stands behind a dialog: the chat it was opened over. */
  const ground = isSettings ? (from ?? routes.chats) : location;
  const chat = /^\/c\/([^/]+)$/.exec(ground)?.[1];

  const open = useCallback(
    (to: string) => {
      if (to !== location) navigate(to, { state: { from: location } satisfies Trail });
    },
    [navigate, location],
  );
  /** Goes to `to`: back, where that is where the person came from, so that Back never leads in circles. */
  const leaveTo = useCallback(
    (to: string) => {
      if (from === to) window.history.back();
      else navigate(to, { replace: true });
    },
    [from, navigate],
  );
  return { ground, chat: chat === undefined ? null : decodeURIComponent(chat), isSettings, open, leaveTo };
}
