// Searches messages. The archive finds where matching messages are. Each message is then read again
// in its channel, which alone knows its current text and who may read it. The channels that moved
// lately find what the archive may lack.
import { timeOfRowid } from "../../directory/archive/archive";
import { openArchive } from "../../directory/archive/open-archive";
import { type ParsedSearch, parseSearch } from "../../domain/search-query";
import { tuning } from "../../domain/tuning";
import type { Excerpt, SearchHit, SearchPage, SearchQuery } from "../../protocol";
import type { GatewayContext } from "../http/context";
import { readCursor, writeCursor } from "../http/list-page";
import { NewestHits } from "./newest-hits";
import { RankedHits } from "./ranked-hits";
import { listOf, readNewestPosition, readRankedPosition, textOfPosition, textOfRanked } from "./search-cursor";
import { type ResolvedSearch, resolveNames } from "./search-names";
import { SearchedChannels } from "./searched-channels";

const emptyPage: SearchPage = { items: [], next: null };

interface FoundPage {
  items: SearchHit[];
  /** The text of the next page's cursor. */
  next: string | null;
}

/**
 * Returns a page of hits. Throws `invalid` for a cursor of another list. Any search text is valid.
 */
export async function searchMessages(c: GatewayContext, query: SearchQuery): Promise<SearchPage> {
  const cursor = readCursor(c, query.cursor, listOf(query));
  const parsed = parseSearch(query.q, query.zone);
  const search = isEmpty(parsed) ? null : await resolveNames(c, parsed, query.channel);
  if (!search) return emptyPage;
  const channels = new SearchedChannels(c, search);
  const findPage = query.order === "newest" ? findNewestPage : findRankedPage;
  const { items, next } = await findPage(c, query, search, channels, cursor);
  const { missing } = channels;
  return {
    items,
    next: next && writeCursor(c, next, listOf(query)),
    ...(missing.length > 0 && { incomplete: missing }),
  };
}

const isEmpty = ({ before, after, without, ...wanted }: ParsedSearch): boolean =>
  [wanted, without].every(({ clauses, from, has, in: channels }) =>
    [clauses, from, has, channels].every(({ length }) => length === 0),
  ) &&
  before === null &&
  after === null;

async function findNewestPage(
  c: GatewayContext,
  { open = [], limit }: SearchQuery,
  { filter, channels: readable }: ResolvedSearch,
  channels: SearchedChannels,
  cursor: string | null,
): Promise<FoundPage> {
  const position = cursor === null ? null : readNewestPosition(cursor, timeOfRowid);
  const tails = channels.askTails(open, { position, limit });
  const query = { ...filter, channels: readable };
  const hits = new NewestHits({ archive: openArchive(c.env), query, channels, tails, limit }, position);
  const items: SearchHit[] = [];
  while (items.length < limit) {
    const hit = await hits.peek();
    if (hit === null) break;
    items.push(hit);
    hits.take();
  }
  return { items, next: hits.isAtEnd || hits.position === null ? null : textOfPosition(hits.position) };
}

/**
 * The recent hits by date and the older ones by rank are two lists, each with its own place, so
 * that no hit changes its list when it is archived. The denser of their next two hits comes first.
 */
async function findRankedPage(
  c: GatewayContext,
  { open = [], limit }: SearchQuery,
  { filter, channels: readable }: ResolvedSearch,
  channels: SearchedChannels,
  cursor: string | null,
): Promise<FoundPage> {
  const begin = { recentFrom: Date.now() - tuning.recentEntryMs, skip: 0, recent: null, isRecentDone: false };
  const { recentFrom, skip, recent: position, isRecentDone } = cursor === null ? begin : readRankedPosition(cursor);
  const archive = openArchive(c.env);
  const query = { ...filter, channels: readable };
  const after = Math.max(filter.after ?? 0, recentFrom);
  const before = Math.min(filter.before ?? Number.MAX_SAFE_INTEGER, recentFrom);
  const tails = isRecentDone ? noTails : channels.askTails(open, { position, limit });
  const recent = new NewestHits({ archive, query: { ...query, after }, channels, tails, limit }, position);
  const rankedQuery = { ...query, before };
  const ranked = new RankedHits({ archive, query: rankedQuery, channels, editedBefore: recentFrom, limit }, skip);
  const items: SearchHit[] = [];
  while (items.length < limit) {
    const [newest, best] = await Promise.all([isRecentDone ? null : recent.peek(), ranked.peek()]);
    const isRecent = newest !== null && (best === null || densityOf(newest.excerpt) >= densityOf(best.excerpt));
    const hit = isRecent ? newest : best;
    if (hit === null) break;
    items.push(hit);
    if (isRecent) recent.take();
    else ranked.take();
  }
  const isDone = isRecentDone || recent.isAtEnd;
  if (isDone && ranked.isAtEnd) return { items, next: null };
  return {
    items,
    next: textOfRanked({ recentFrom, skip: ranked.skip, recent: recent.position, isRecentDone: isDone }),
  };
}

const noTails = Promise.resolve({ hits: [], wholeTo: null });

/** Returns which part of an excerpt matches. Few matches lower it, as in the archive's rank. */
function densityOf({ text, marks }: Excerpt): number {
  let marked = 0;
  for (const [start, end] of marks) marked += end - start;
  return text.length === 0 ? 0 : marked / text.length;
}
