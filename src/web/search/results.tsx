// The hits of a search, in place of the chat list.
import { CloudAlert, Search as SearchIcon, SearchX, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { searchText } from "../../text/search";
import type { OpenSearch } from "../app/address";
import { explain } from "../app/explain";
import { useRoute } from "../app/use-route";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { EmptyState } from "../controls/empty-state";
import { IconButton } from "../controls/icon-button";
import { Segments } from "../controls/segments";
import { faceOf } from "../people/channel-face";
import { ListSkeleton } from "../sidebar/list-skeleton";
import { Hints } from "./hints";
import { Hit } from "./hit";
import { keyOfHit } from "./pages";
import { useResults } from "./use-results";
import "./search.css";

interface ResultsProps {
  id: string;
  search: OpenSearch;
  me: Me;
  inbox: readonly InboxEntry[] | null;
}

/** The next page is loaded this far before it scrolls into view. */
const AHEAD = "400px";

export function Results({ id, search, me, inbox }: ResultsProps) {
  const text = useText();
  const words = useWords(searchText);
  const name = useId();
  const { chat, mark, changeSearch, endSearch } = useRoute();
  const { found, retry, more } = useResults(search);
  const list = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);

  const entryOf = (channel: string) => inbox?.find((entry) => entry.id === channel) ?? null;
  const scope = search.channel === null ? null : entryOf(search.channel);
  const hits = "hits" in found ? found.hits : [];
  const isMore = found.state === "found" && found.next !== null;

  const latest = useRef(more);
  latest.current = more;
  const mayLoad = found.state === "found" && found.next !== null && found.more === "idle";
  useEffect(() => {
    const element = end.current;
    if (!element || !mayLoad) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), {
      root: list.current,
      rootMargin: AHEAD,
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [mayLoad]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const rows = [...(list.current?.querySelectorAll<HTMLElement>("[data-hit]") ?? [])];
    const at = rows.findIndex((row) => row.matches(":focus"));
    if (event.key === "Escape") endSearch();
    else if (at < 0) return;
    else if (event.key === "ArrowDown") rows[at + 1]?.focus();
    else if (event.key === "ArrowUp" && at === 0) document.getElementById("search")?.focus();
    else if (event.key === "ArrowUp") rows[at - 1]?.focus();
    else if (event.key === "Home") rows[0]?.focus();
    else if (event.key === "End") rows.at(-1)?.focus();
    else return;
    event.preventDefault();
  };

  const status = () => {
    if (found.state === "searching") return words.searching;
    if (found.state !== "found") return "";
    if (hits.length === 0) return words.nothing;
    return isMore ? words.foundSome(hits.length) : words.found(hits.length);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the hits inside.
    <div id={id} ref={list} className="results" onKeyDown={onKeyDown}>
      <div className="results-head">
        {search.channel !== null && (
          <p className="chip">
            <span dir="auto">{words.inChat(scope ? faceOf(scope, me.id, text).name : "…")}</span>
            <IconButton icon={X} label={words.everywhere} onClick={() => changeSearch({ ...search, channel: null })} />
          </p>
        )}
        <Segments
          name={name}
          legend={words.order}
          value={search.order}
          choices={[
            { value: "newest", label: words.newest },
            { value: "relevance", label: words.relevance },
          ]}
          onChange={(order) => changeSearch({ ...search, order })}
        />
        <p className="results-count" role="status">
          {status()}
        </p>
      </div>
      {found.state === "nothing-asked" && (
        <EmptyState icon={SearchIcon} title={words.startTitle} hint={words.startHint} />
      )}
      {found.state === "searching" && hits.length === 0 && <ListSkeleton />}
      {found.state === "failed" && (
        <EmptyState icon={CloudAlert} title={words.failed} hint={explain(found.thrown, text)}>
          <Button look="primary" onClick={retry}>
            {text.app.retry}
          </Button>
        </EmptyState>
      )}
      {found.state === "found" && hits.length === 0 && (
        <EmptyState icon={SearchX} title={words.nothing} hint={words.nothingHint}>
          <Button onClick={retry}>{words.again}</Button>
        </EmptyState>
      )}
      {(found.state === "nothing-asked" || (found.state === "found" && hits.length === 0)) && <Hints />}
      {hits.length > 0 && (
        <ul className="hits" aria-label={words.results} aria-busy={found.state === "searching" || undefined}>
          {hits.map((hit) => (
            <li key={keyOfHit(hit)}>
              <Hit
                hit={hit}
                me={me}
                entry={entryOf(hit.channel)}
                isAlone={search.channel !== null}
                isCurrent={hit.channel === chat && hit.seq === mark}
              />
            </li>
          ))}
        </ul>
      )}
      {found.state === "found" && found.incomplete.length > 0 && (
        <div className="results-incomplete">
          <p role="status">{words.incomplete(found.incomplete.length)}</p>
          <Button look="quiet" onClick={retry}>
            {text.app.retry}
          </Button>
        </div>
      )}
      {isMore && (
        <div ref={end} className="results-more">
          {found.more === "failed" && <p role="alert">{words.moreFailed}</p>}
          <Button look="quiet" busy={found.more === "busy"} onClick={more}>
            {words.more}
          </Button>
        </div>
      )}
    </div>
  );
}
