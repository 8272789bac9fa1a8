import { useCallback, useEffect, useRef, useState } from "react";
import type { ChannelUsage } from "../../protocol";
import { failureOf, type OperatorFailure } from "./operator-request";
import { askUsages, type UsagePage } from "./usage-total";

export interface Usages {
  channels: readonly ChannelUsage[];
  next: string | null;
  pricesOf: string | null;
  state: "idle" | "busy";
  failure: OperatorFailure | null;
}

const NONE: Usages = { channels: [], next: null, pricesOf: null, state: "idle", failure: null };

/** Returns the usage of all channels, page by page. Loads nothing without a token. */
export function useUsages(token: string | null) {
  const [usages, setUsages] = useState<Usages>(NONE);
  const request = useRef(0);

  const ask = useCallback(
    (cursor: string | null) => {
      if (token === null) return;
      const mine = ++request.current;
      const settle = (change: (before: Usages) => Usages) => {
        if (mine === request.current) setUsages(change);
      };
      const add = (page: UsagePage) =>
        settle((before) => ({
          channels: cursor === null ? page.items : [...before.channels, ...page.items],
          next: page.next,
          pricesOf: page.pricesOf,
          state: "idle",
          failure: null,
        }));
      setUsages((before) => ({ ...before, state: "busy", failure: null }));
      askUsages(token, cursor).then(add, (thrown: unknown) =>
        settle((before) => ({ ...before, state: "idle", failure: failureOf(thrown) })),
      );
    },
    [token],
  );

  useEffect(() => {
    ask(null);
    return () => {
      request.current++;
      setUsages(NONE);
    };
  }, [ask]);

  return { usages, reload: () => ask(null), more: () => ask(usages.next) };
}
