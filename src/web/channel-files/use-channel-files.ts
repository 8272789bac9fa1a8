// The messages of a channel that have pictures, files or links, page by page, from the search.
import { useCallback, useEffect, useRef, useState } from "react";
import { type Event, limits, type SearchHit } from "../../protocol";
import type { ChannelHandle } from "../../sdk";
import { client } from "../app/client";
import { nextPage, withPage } from "../search/pages";

export type ListedKind = "image" | "file" | "link";

export interface ChannelFiles {
  state: "loading" | "loaded" | "failed";
  hits: readonly SearchHit[];
  /** The cursor of the next page; null at the end. */
  next: string | null;
  isIncomplete: boolean;
}

const nothing: ChannelFiles = { state: "loading", hits: [], next: null, isIncomplete: false };
/** A change of the channel is shown after this time, so that several ask once. */
const REFRESH_MS = 1_500;

function concernsFiles({ type, data }: Event): boolean {
  if (type === "message.sent") return data.body.state === "live" && data.body.attachments.length > 0;
  return type === "message.edited" || type === "message.deleted" || type === "messages.purged";
}

export function useChannelFiles(handle: ChannelHandle, kind: ListedKind) {
  const [list, setList] = useState<ChannelFiles>(nothing);
  /** The number of the newest request. Answers to older ones are dropped. */
  const request = useRef(0);
  const load = useCallback(
    (known: readonly SearchHit[], cursor: string | null) => {
      const mine = ++request.current;
      const text = `has:${kind}`;
      const page = (from: string | null) =>
        client.search({
          text,
          channel: handle.id,
          limit: limits.searchPageMax,
          ...(from !== null && { cursor: from }),
        });
      nextPage(page, cursor).then(
        ({ items, next, incomplete }) => {
          if (mine !== request.current) return;
          const isIncomplete = incomplete !== undefined && incomplete.length > 0;
          setList({ state: "loaded", hits: withPage(known, items), next, isIncomplete });
        },
        () => mine === request.current && setList((before) => ({ ...before, state: "failed" })),
      );
    },
    [handle, kind],
  );
  useEffect(() => {
    setList(nothing);
    load([], null);
    return () => {
      request.current++;
    };
  }, [load]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = handle.onEvent((event) => {
      if (!concernsFiles(event)) return;
      clearTimeout(timer);
      timer = setTimeout(() => load([], null), REFRESH_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [handle, load]);
  const more = () => {
    if (list.state === "loading" || (list.state === "loaded" && list.next === null)) return;
    setList({ ...list, state: "loading" });
    load(list.hits, list.next);
  };
  return { list, more };
}
