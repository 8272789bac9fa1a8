// Pages of search results. A page may be empty although more follow, so one step may take several
// requests.
import type { SearchHit, SearchPage } from "../../protocol";

/** Requests of one step: enough for any search that finds something, and a bound for the others. */
const MAX_QUESTIONS = 5;

export async function nextPage(
  ask: (cursor: string | null) => Promise<SearchPage>,
  cursor: string | null,
): Promise<SearchPage> {
  let page = await ask(cursor);
  const incomplete = new Set(page.incomplete);
  for (let asked = 1; page.items.length === 0 && page.next !== null && asked < MAX_QUESTIONS; asked++) {
    page = await ask(page.next);
    for (const channel of page.incomplete ?? []) incomplete.add(channel);
  }
  return incomplete.size === 0 ? page : { ...page, incomplete: [...incomplete] };
}

export const keyOfHit = ({ channel, seq }: SearchHit): string => `${channel}.${seq}`;

/** Adds the hits of a page to the known ones, each once. */
export const withPage = (known: readonly SearchHit[], page: readonly SearchHit[]): SearchHit[] => [
  ...new Map([...known, ...page].map((hit) => [keyOfHit(hit), hit])).values(),
];
