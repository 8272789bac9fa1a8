// The addresses of the page. A navigation remembers where it came from, so that closing goes back instead of deeper.
import { useCallback, useMemo } from "react";
import { useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";

export const routes = {
  chats: "/",
  chat: (id: string) => `/c/${encodeURIComponent(id)}`,
  details: (id: string) => `/c/${encodeURIComponent(id)}/details`,
  thread: (id: string, root: number) => `/c/${encodeURIComponent(id)}/t/${root}`,
  settings: "/settings",
} as const;

/** What stands beside a chat; on a narrow screen, in its place. */
export type Panel = { kind: "details" } | { kind: "thread"; root: number } | null;

function panelOf(details: string | undefined, root: string | undefined): Panel {
  if (root !== undefined) return { kind: "thread", root: Number(root) };
  return details === undefined ? null : { kind: "details" };
}

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
  const [, chat, details, root] = /^\/c\/([^/]+)(?:\/(details)|\/t\/(\d+))?$/.exec(ground) ?? [];
  const panel = useMemo(() => panelOf(details, root), [details, root]);

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
  return { ground, chat: chat === undefined ? null : decodeURIComponent(chat), panel, isSettings, open, leaveTo };
}
