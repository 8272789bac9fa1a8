// Replaces the names in a search by ids.
import { findProfile } from "../../directory/accounts";
import { namesOfChannels, type ReadableChannel, readableChannels } from "../../directory/channels";
import type { SearchFilter } from "../../domain/search-hit";
import type { ParsedSearch } from "../../domain/search-query";
import type { GatewayContext } from "../http/context";

/** A search with ids instead of names. */
export interface ResolvedSearch {
  filter: SearchFilter;
  /** The channels to search, of those that the caller may read. */
  channels: readonly ReadableChannel[];
}

/**
 * Returns null if no channel or no author matches, so that nothing can be found. `only`: the only
 * channel to search.
 */
export async function resolveNames(
  c: GatewayContext,
  parsed: ParsedSearch,
  only: string | undefined,
): Promise<ResolvedSearch | null> {
  const db = c.get("db");
  const me = c.get("account").id;
  const { clauses, has, after, before, without } = parsed;
  const authorsOf = async (handles: readonly string[]): Promise<string[]> => {
    const found = handles.map(async (handle) => (handle === "me" ? me : (await findProfile(db, { handle }))?.id));
    return (await Promise.all(found)).filter((id) => id !== undefined);
  };
  const [readable, authors, withoutAuthors] = await Promise.all([
    parsed.in.length + without.in.length === 0 ? readableChannels(db, me) : channelsNamed(c, parsed),
    authorsOf(parsed.from),
    authorsOf(without.from),
  ]);
  const channels = readable.filter(({ id }) => only === undefined || id === only);
  if (channels.length === 0 || (parsed.from.length > 0 && authors.length === 0)) return null;
  return { filter: { clauses, has, without, after, before, authors, withoutAuthors }, channels };
}

async function channelsNamed(
  c: GatewayContext,
  { in: wanted, without }: Pick<ParsedSearch, "in" | "without">,
): Promise<ReadableChannel[]> {
  const channels = await namesOfChannels(c.get("db"), c.get("account").id);
  const isNamed = (names: readonly string[], searched: readonly string[]) =>
    searched.some((name) => matchesName(names, name));
  return channels.filter(({ names }) => (wanted.length === 0 || isNamed(names, wanted)) && !isNamed(names, without.in));
}

/** A name without a leading sign, which a search leaves out too. */
const folded = (name: string): string => name.normalize("NFKC").replace(/^[@#]/, "").toLowerCase();
function matchesName(names: readonly string[], typed: string): boolean {
  const prefix = folded(typed);
  return prefix !== "" && names.some((name) => folded(name).startsWith(prefix));
}
