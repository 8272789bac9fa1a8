import { limits, type SearchPage, searchPage, searchQuery } from "../../protocol";
import { parsed } from "../parley-error";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";

export interface SearchRequest {
  /** As it was typed: nothing in it is an error. */
  text: string;
  /** Only there; in all of my channels without one. */
  channel?: string;
  order?: "newest" | "relevance";
  /** `next` of the page before. */
  cursor?: string;
  limit?: number;
}

/** One page. The days of `before:` and `after:` begin where this device is. */
export async function search(
  http: Http,
  { clock }: Environment,
  { text, ...rest }: SearchRequest,
): Promise<SearchPage> {
  // Longer than what is read of it; an address has to end somewhere.
  const q = text.slice(0, 2 * limits.searchCodePoints + 1);
  const asked = parsed(searchQuery.safeParse({ ...rest, q, zone: minutesEastOfUtc(clock.now()) }));
  const named = Object.entries(asked).filter(([, value]) => value !== undefined);
  return http.get(`/v1/search?${new URLSearchParams(named.map(([key, value]) => [key, String(value)]))}`, searchPage);
}

/** Rounded, since some zones of long ago had seconds. */
const minutesEastOfUtc = (now: number): number => -Math.round(new Date(now).getTimezoneOffset()) || 0;
