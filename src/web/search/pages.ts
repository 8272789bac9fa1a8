// Turning the pages of a search. A page may be empty though more follow, so one turn may take several questions.
import type { SearchHit, SearchPage } from "../../protocol";

/** Questions of one turn: enough for any search that finds something, and an end for one that does not. */
const MAX_QUESTIONS = 5;

export async function nextPage(
  ask: (cursor: string | null) => Promise<SearchPage>,
  cursor: string | null,
): Promise<SearchPage> {
  let page = await ask(cursor);
  for (let asked = 1; page.items.length === 0 && page.next !== null && asked < MAX_QUESTIONS; asked++)
    page = await ask(page.next);
  return page;
}

export const keyOfHit = ({ channel, seq }: SearchHit): string => `${channel}.${seq}`;

/** The hits with those of another page behind them, each once. */
export const withPage = (known: readonly SearchHit[], page: readonly SearchHit[]): SearchHit[] => [
  ...new Map([...known, ...page].map((hit) => [keyOfHit(hit), hit])).values(),
];
