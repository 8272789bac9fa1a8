import { useCallback, useEffect, useRef, useState } from "react";
import type { SearchHit, SearchPage } from "../../protocol";
import type { OpenSearch } from "../app/address";
import { client } from "../app/client";
import { nextPage, withPage } from "./pages";

/** The state of a search. The hits of the previous search stay visible while the next one runs. */
export type SearchResults =
  | { state: "nothing-asked" }
  | { state: "searching"; hits: readonly SearchHit[] }
  | {
      state: "found";
      hits: readonly SearchHit[];
      next: string | null;
      more: "idle" | "busy" | "failed";
      /** The channels that did not answer. */
      incomplete: readonly string[];
    }
  | { state: "failed"; thrown: unknown };

const NOTHING_ASKED: SearchResults = { state: "nothing-asked" };

const withFound = (
  hits: readonly SearchHit[],
  incomplete: readonly string[],
  { items, next, incomplete: missing = [] }: SearchPage,
): SearchResults => ({
  state: "found",
  hits: withPage(hits, items),
  next,
  more: "idle",
  incomplete: [...new Set([...incomplete, ...missing])],
});

export function useResults({ text, channel, order }: OpenSearch) {
  const [found, setFound] = useState<SearchResults>(NOTHING_ASKED);
  /** The number of the newest request. Answers to older requests are dropped. */
  const request = useRef(0);
  const wanted = text.trim();

  const ask = useCallback(
    (cursor: string | null) =>
      nextPage(
        (from) =>
          client.search({
            text: wanted,
            order,
            ...(channel !== null && { channel }),
            ...(from !== null && { cursor: from }),
          }),
        cursor,
      ),
    [wanted, channel, order],
  );

  const begin = useCallback(() => {
    const mine = ++request.current;
    if (wanted === "") return setFound(NOTHING_ASKED);
    setFound((before) => ({ state: "searching", hits: "hits" in before ? before.hits : [] }));
    ask(null).then(
      (page) => {
        if (mine === request.current) setFound(withFound([], [], page));
      },
      (thrown: unknown) => {
        if (mine === request.current) setFound({ state: "failed", thrown });
      },
    );
  }, [ask, wanted]);
  useEffect(() => {
    begin();
    return () => {
      request.current++;
    };
  }, [begin]);

  const more = () => {
    if (found.state !== "found" || found.next === null || found.more === "busy") return;
    const { hits, incomplete } = found;
    const mine = request.current;
    setFound({ ...found, more: "busy" });
    ask(found.next).then(
      (page) => {
        if (mine === request.current) setFound(withFound(hits, incomplete, page));
      },
      () => {
        if (mine === request.current) setFound({ ...found, more: "failed" });
      },
    );
  };

  return { found, retry: begin, more };
}
