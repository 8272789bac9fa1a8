import { limits, type SearchPage, searchPage, searchQuery } from "../../protocol";
import { parsed } from "../parley-error";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";

export interface SearchRequest {
  /** The text as it was typed. Every text is valid. */
  text: string;
  /** The channel to search; all channels of this person by default. */
  channel?: string;
  order?: "newest" | "relevance";
  /** The `next` of the last page. */
  cursor?: string;
  limit?: number;
}

/**
 * Loads one page. `open`: the channels that the program has open, which the server then asks for
 * messages that its index may lack. The days of `before:` and `after:` are in the time zone of this
 * device. The words travel in the body, because URLs are logged in many places.
 */
export async function search(
  http: Http,
  { clock }: Environment,
  open: readonly string[],
  { text, ...rest }: SearchRequest,
): Promise<SearchPage> {
  // The server reads only the first `searchCodePoints`.
  const q = text.slice(0, 2 * limits.searchCodePoints + 1);
  const named = rest.channel === undefined ? open.slice(0, limits.searchOpenChannels) : [];
  const asked = { ...rest, q, zone: zoneOf(clock.now()), ...(named.length > 0 && { open: named }) };
  const query = parsed(searchQuery.safeParse(asked));
  return http.sendWithRetry("POST", "/v1/search", query, searchPage);
}

/**
 * Returns the name of the time zone. Where the platform has no name, returns its offset: whole
 * minutes east of UTC, because some historical time zones had seconds.
 */
const zoneOf = (now: number): string | number =>
  Intl.DateTimeFormat().resolvedOptions().timeZone || -Math.round(new Date(now).getTimezoneOffset()) || 0;
