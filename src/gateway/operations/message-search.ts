// Searches messages. The archive finds where matching messages are. Each message is then read again
// in its channel, which alone knows its current text and who may read it.
import { findProfile } from "../../directory/accounts";
import { openArchive } from "../../directory/archive/open-archive";
import { type ArchiveHit, type ArchiveQuery, findInArchive, type SearchPosition } from "../../directory/archive/search";
import { namesOfChannels, type ReadableChannel, readableChannels } from "../../directory/channels";
import { unwrap } from "../../domain/error";
import { searchableText } from "../../domain/message";
import { excerptOf } from "../../domain/search-excerpt";
import { holds, type ParsedSearch, parseSearch } from "../../domain/search-query";
import { limits, type Message, type SearchHit, type SearchPage, type SearchQuery } from "../../protocol";
import { retry } from "../../runtime/retry";
import type { GatewayContext } from "../http/context";
import { readCursor, writeCursor } from "../http/list-page";

/**
 * The most reads of the archive for one page. Hits that the caller may not see are replaced by the
 * next read.
 */
const ARCHIVE_READS_MAX = 4;
const CONCURRENCY = 20;

type SearchedAuthors = Pick<ArchiveQuery, "authors" | "withoutAuthors">;

const emptyPage: SearchPage = { items: [], next: null };

/**
 * Returns a page of hits. Throws `invalid` for a cursor of another list. Any search text is valid.
 */
export async function searchMessages(c: GatewayContext, query: SearchQuery): Promise<SearchPage> {
  let position = positionIn(readCursor(c, query.cursor, listOf(query)));
  const parsed = parseSearch(query.q, query.zone);
  const archiveQuery = isEmpty(parsed) ? null : await resolveNames(c, parsed, query);
  if (!archiveQuery) return emptyPage;
  const archive = openArchive(c.env);
  const items: SearchHit[] = [];
  for (let read = 0; read < ARCHIVE_READS_MAX; read++) {
    const limit = query.limit - items.length;
    const hits = await findInArchive(archive, archiveQuery, position, limit);
    items.push(...(await verifyHits(c, hits, parsed, archiveQuery)));
    position = {
      last: query.order === "newest" ? (hits.at(-1) ?? position.last) : null,
      skip: nextSkip(query, position, hits),
    };
    if (hits.length < limit || position.skip >= limits.searchRankedHits) return { items, next: null };
    if (items.length >= query.limit) break;
  }
  const next = textOf(query, position);
  return { items, next: next && writeCursor(c, next, listOf(query)) };
}

const isEmpty = ({ before, after, without, ...wanted }: ParsedSearch): boolean =>
  [wanted, without].every(({ clauses, from, in: channels }) => clauses.length + from.length + channels.length === 0) &&
  before === null &&
  after === null;

/**
 * Replaces the names in a search by ids. Returns null if no channel or no author matches, so that
 * nothing can be found.
 */
async function resolveNames(c: GatewayContext, parsed: ParsedSearch, query: SearchQuery): Promise<ArchiveQuery | null> {
  const db = c.get("db");
  const me = c.get("account").id;
  const { clauses, after, before, without } = parsed;
  const authorsOf = async (handles: readonly string[]): Promise<string[]> => {
    const found = handles.map(async (handle) => (handle === "me" ? me : (await findProfile(db, { handle }))?.id));
    return (await Promise.all(found)).filter((id) => id !== undefined);
  };
  const [readable, authors, withoutAuthors] = await Promise.all([
    parsed.in.length + without.in.length === 0 ? readableChannels(db, me) : channelsNamed(c, parsed),
    authorsOf(parsed.from),
    authorsOf(without.from),
  ]);
  const channels = readable.filter(({ id }) => query.channel === undefined || id === query.channel);
  if (channels.length === 0 || (parsed.from.length > 0 && authors.length === 0)) return null;
  return { clauses, after, before, channels, authors, withoutAuthors, order: query.order };
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

/**
 * Reads each hit in its channel, in the order of the hits. Keeps those that the caller may read and
 * that still match.
 */
async function verifyHits(
  c: GatewayContext,
  hits: readonly ArchiveHit[],
  parsed: ParsedSearch,
  searched: SearchedAuthors,
): Promise<SearchHit[]> {
  const byChannel = [...Map.groupBy(hits, ({ channel }) => channel)];
  const verified = new Map<string, SearchHit>();
  for (let i = 0; i < byChannel.length; i += CONCURRENCY) {
    await Promise.all(
      byChannel.slice(i, i + CONCURRENCY).map(async ([channel, hitsOfChannel]) => {
        const seqs = hitsOfChannel.map(({ seq }) => seq);
        for await (const message of messagesAt(c, channel, seqs)) {
          const hit = hitOf(channel, message, parsed, searched);
          if (hit) verified.set(`${channel} ${message.seq}`, hit);
        }
      }),
    );
  }
  return hits.flatMap(({ channel, seq }) => verified.get(`${channel} ${seq}`) ?? []);
}

function hitOf(
  channel: string,
  { seq, author, at, thread, body }: Message,
  parsed: ParsedSearch,
  { authors, withoutAuthors }: SearchedAuthors,
): SearchHit | null {
  if (body.state !== "live") return null;
  const text = searchableText(body);
  if (!holds(parsed, text)) return null;
  if ((authors.length > 0 && !authors.includes(author)) || withoutAuthors.includes(author)) return null;
  return { channel, seq, author, at, thread, excerpt: excerptOf(parsed, text) };
}

/**
 * Yields the messages that the caller may read; none if the caller is no longer a member. Reads
 * them batch by batch, because each may be long.
 */
async function* messagesAt(c: GatewayContext, channel: string, seqs: number[]): AsyncGenerator<Message> {
  let left = seqs;
  while (left.length > 0) {
    const from = left;
    const answer = await retry(async () => c.env.CHANNELS.getByName(channel).messagesAt(c.get("caller"), from));
    if (!answer.ok && answer.code === "not_found") return;
    const { items, after } = unwrap(answer);
    yield* items;
    left = after === null ? [] : left.filter((seq) => seq > after);
  }
}

const nextSkip = ({ order }: SearchQuery, { skip }: SearchPosition, hits: readonly ArchiveHit[]): number =>
  order === "newest" ? 0 : skip + hits.length;

/** The parts of a query that make its list. The size of a page may change from page to page. */
const listOf = ({ q, channel, order, zone }: SearchQuery): string => JSON.stringify([q, channel ?? "", order, zone]);

const textOf = ({ order }: SearchQuery, { last, skip }: SearchPosition): string | null => {
  if (order === "relevance") return String(skip);
  return last && `${last.rowid}~${last.shard}`;
};

function positionIn(text: string | null): SearchPosition {
  if (text === null) return { last: null, skip: 0 };
  const [first = "", shard] = text.split("~");
  if (shard === undefined) return { last: null, skip: Number(first) };
  return { last: { rowid: Number(first), shard: Number(shard) }, skip: 0 };
}
