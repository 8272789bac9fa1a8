// Navigation between the addresses of the page. Each navigation stores where it came from, so that
// closing a panel goes back in the history.
import { useCallback, useMemo } from "react";
import { useLocation } from "wouter";
import { useHistoryState, useLocationProperty, useSearch } from "wouter/use-browser-location";
import { type OpenSearch, readAddress, withSearch } from "./address";
import { routes } from "./routes";

interface Trail {
  from?: string | undefined;
}

const isTrail = (state: unknown): state is Trail => typeof state === "object" && state !== null && "from" in state;

export function useRoute() {
  const [location, navigate] = useLocation();
  const current = location + useSearch() + useLocationProperty(() => window.location.hash);
  const state = useHistoryState<unknown>();
  const from = isTrail(state) ? state.from : undefined;
  const isSettings = location === routes.settings;
  /** The address behind a dialog: the chat that it was opened over. */
  const background = isSettings ? (from ?? routes.chats) : current;
  const address = useMemo(() => readAddress(background), [background]);
  const { search, path } = address;

  /**
   * Adds the search to an address, so that the search stays open while chats are opened and closed.
   */
  const withOpenSearch = useCallback(
    (to: string) => (isSettings || to === routes.settings ? to : withSearch(to, search)),
    [isSettings, search],
  );

  /** Opens an address. Opening the current one is another visit, which shows its message again. */
  const open = useCallback(
    (to: string) => {
      const next = withOpenSearch(to);
      if (next === current) navigate(next, { replace: true, state: { from } satisfies Trail });
      else navigate(next, { state: { from: current } satisfies Trail });
    },
    [navigate, withOpenSearch, current, from],
  );
  /**
   * Goes to `to`. If the person came from there, this goes back in the history, so that Back never
   * leads in circles.
   */
  const leaveTo = useCallback(
    (to: string) => {
      const next = withOpenSearch(to);
      if (from === next) window.history.back();
      else navigate(next, { replace: true });
    },
    [from, navigate, withOpenSearch],
  );
  /** Opens a search beside the current chat, or in its place on a narrow screen. */
  const startSearch = useCallback(
    (wanted: OpenSearch, pane: "beside" | "instead") =>
      navigate(withSearch(pane === "instead" ? routes.chats : path, wanted), {
        state: { from: current } satisfies Trail,
      }),
    [navigate, path, current],
  );
  const changeSearch = useCallback(
    (wanted: OpenSearch) => navigate(withSearch(current, wanted), { replace: true, state }),
    [navigate, current, state],
  );
  const endSearch = useCallback(() => {
    if (from !== undefined && readAddress(from).search === null) window.history.back();
    else navigate(path, { replace: true });
  }, [navigate, from, path]);

  return {
    ...address,
    background,
    isSettings,
    /** A new value at each visit, also of the same address. */
    visit: state,
    open,
    leaveTo,
    startSearch,
    changeSearch,
    endSearch,
  };
}
