// From what was typed to messages: places out of the archive, each read again in its channel, which alone knows what it says now and who may read it.
import { findProfile } from "../../directory/accounts";
import { openArchive } from "../../directory/archive/archive";
import { type ArchiveHit, findInArchive, type SearchPlace, type Wanted } from "../../directory/archive/search";
import { namesOfChannels, type Readable, readableChannels } from "../../directory/channels";
import { ChatError, unwrap } from "../../domain/error";
import { excerptOf } from "../../domain/search-excerpt";
import { holds, type ParsedSearch, parseSearch } from "../../domain/search-query";
import { limits, type Message, type SearchHit, type SearchPage, type SearchQuery } from "../../protocol";
import { retry } from "../../runtime/retry";
import type { GatewayContext } from "../http/context";
import { spend } from "../http/rate-limit";

/** Looks into the archive for one page: what is found there and may not be shown leaves room. */
const ROUNDS = 4;
const CONCURRENCY = 20;

const nothing: SearchPage = { items: [], next: null };

/** Throws `rate_limited`, and nothing else because of what was typed. */
export async function search(c: GatewayContext, asked: SearchQuery): Promise<SearchPage> {
  const typed = parseSearch(asked.q, asked.zone);
  const [wanted] = await Promise.all([
    isEmpty(typed) ? null : resolve(c, typed, asked),
    // Before the archive is asked.
    spend(c, "search", `search ${c.get("account").id}`),
  ]);
  if (!wanted) return nothing;
  const archive = openArchive(c.env, c.env.ARCHIVES, c.env.ARCHIVE_KEY);
  const items: SearchHit[] = [];
  let place = readCursor(asked);
  for (let round = 0; round < ROUNDS; round++) {
    const limit = asked.limit - items.length;
    const found = await findInArchive(archive, wanted, place, limit);
    items.push(...(await readAgain(c, found, typed, wanted.authors)));
    place = {
      last: asked.order === "newest" ? (found.at(-1) ?? place.last) : null,
      skip: nextSkip(asked, place, found),
    };
    if (found.length < limit || place.skip >= limits.searchDepth) return { items, next: null };
    if (items.length >= asked.limit) break;
  }
  return { items, next: writeCursor(asked, place) };
}

const isEmpty = ({ clauses, from, in: places, before, after }: ParsedSearch): boolean =>
  clauses.length + from.length + places.length === 0 && before === null && after === null;

/** Names as ids; null where a name is nobody's, so that nothing can be found. */
async function resolve(c: GatewayContext, typed: ParsedSearch, asked: SearchQuery): Promise<Wanted | null> {
  const db = c.get("db");
  const me = c.get("account").id;
  const [mine, ...people] = await Promise.all([
    typed.in.length === 0 ? readableChannels(db, me) : channelsCalled(c, typed.in),
    ...typed.from.map(async (handle) => (handle === "me" ? me : (await findProfile(db, { handle }))?.id)),
  ]);
  const channels = mine.filter(({ id }) => asked.channel === undefined || id === asked.channel);
  const authors = people.filter((id) => id !== undefined);
  if (channels.length === 0 || (typed.from.length > 0 && authors.length === 0)) return null;
  const { clauses, after, before } = typed;
  return { clauses, after, before, channels, authors, order: asked.order };
}

async function channelsCalled(c: GatewayContext, called: readonly string[]): Promise<Readable[]> {
  const mine = await namesOfChannels(c.get("db"), c.get("account").id);
  return mine.filter(({ names }) => called.some((name) => isNamed(names, name)));
}

const folded = (name: string): string => name.normalize("NFKC").toLowerCase();
const isNamed = (names: readonly string[], name: string): boolean =>
  names.some((known) => folded(known).startsWith(folded(name)));

/** The messages at these places, in their order, where they may be read and still are what was looked for. */
async function readAgain(
  c: GatewayContext,
  found: readonly ArchiveHit[],
  typed: ParsedSearch,
  authors: readonly string[],
): Promise<SearchHit[]> {
  const byChannel = [...Map.groupBy(found, ({ channel }) => channel)];
  const messages = new Map<string, Message>();
  for (let i = 0; i < byChannel.length; i += CONCURRENCY) {
    const some = byChannel.slice(i, i + CONCURRENCY);
    await Promise.all(
      some.map(async ([channel, places]) => {
        const seqs = places.map(({ seq }) => seq);
        for (const message of await messagesAt(c, channel, seqs)) messages.set(`${channel} ${message.seq}`, message);
      }),
    );
  }
  return found.flatMap(({ channel, seq }) => {
    const message = messages.get(`${channel} ${seq}`);
    if (message?.body.state !== "live" || !holds(typed, message.body.text)) return [];
    const { author, at, thread } = message;
    if (authors.length > 0 && !authors.includes(author)) return [];
    return [{ channel, seq, author, at, thread, excerpt: excerptOf(typed, message.body.text) }];
  });
}

/** Nothing where I am no member any more. */
async function messagesAt(c: GatewayContext, channel: string, seqs: number[]): Promise<Message[]> {
  const answer = await retry(async () => c.env.CHANNELS.getByName(channel).messagesAt(c.get("caller"), seqs));
  return !answer.ok && answer.code === "not_found" ? [] : unwrap(answer);
}

const nextSkip = ({ order }: SearchQuery, { skip }: SearchPlace, found: readonly ArchiveHit[]): number =>
  order === "newest" ? 0 : skip + found.length;

const writeCursor = ({ order }: SearchQuery, { last, skip }: SearchPlace): string | null => {
  if (order === "relevance") return String(skip);
  return last && `${last.place}~${last.shard}`;
};

/** Throws `invalid` for a cursor that is not one of ours. */
function readCursor({ order, cursor }: SearchQuery): SearchPlace {
  if (cursor === undefined) return { last: null, skip: 0 };
  const pattern = order === "newest" ? /^(\d{1,16})~(\d{1,3})$/ : /^(\d{1,4})$/;
  const [, first = "", shard] = pattern.exec(cursor) ?? [];
  if (first === "") throw new ChatError("invalid", "cursor: not one of ours");
  if (shard === undefined) return { last: null, skip: Number(first) };
  return { last: { place: Number(first), shard: Number(shard) }, skip: 0 };
}
