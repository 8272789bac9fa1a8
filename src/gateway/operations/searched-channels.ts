// What a search asks channels: for the hits that their archive may lack, and for the messages that
// the archive found. A channel that does not answer is named in the page, and the rest arrives.
import type { ArchiveHit } from "../../directory/archive/search";
import { ChatError, type RpcResult, unwrap } from "../../domain/error";
import { byPosition, type HitPosition } from "../../domain/hit-position";
import type { ChannelPort } from "../../domain/ports";
import { hitOf, type TailHit, type TailQuery } from "../../domain/search-hit";
import { tuning } from "../../domain/tuning";
import { limits, type Message, type SearchHit } from "../../protocol";
import { withTimeout } from "../../runtime/deadline";
import { logError, logWarning } from "../../runtime/logger";
import { runParallel } from "../../runtime/parallel";
import { retry } from "../../runtime/retry";
import type { GatewayContext } from "../http/context";
import type { ResolvedSearch } from "./search-names";

const CONCURRENCY = 20;

/** A hit of the archive, as its channel has it now. */
export interface VerifiedHit {
  hit: SearchHit;
  /** Epoch milliseconds; null if the message was never edited. */
  editedAt: number | null;
}

export interface TailHits {
  /** In the order of hits. */
  hits: SearchHit[];
  /**
   * The position up to which every channel has answered all of its hits. Null if each has answered
   * all that it has.
   */
  wholeTo: HitPosition | null;
}

export class SearchedChannels {
  /** The channels from which hits may be missing. Bound: the channels of the caller. */
  readonly #missing = new Set<string>();

  constructor(
    private readonly c: GatewayContext,
    private readonly search: ResolvedSearch,
  ) {}

  get missing(): string[] {
    return [...this.#missing];
  }

  addMissing(channels: readonly string[]): void {
    for (const channel of channels) this.#missing.add(channel);
  }

  /**
   * Asks the tails of the channels that may have moved: `open`, which the client has open, and
   * those that the user object knows. At most `limits.searchAskedChannels` are asked, those that
   * moved last first. The others are missing.
   */
  async askTails(open: readonly string[], query: Omit<TailQuery, "filter">): Promise<TailHits> {
    const { filter, channels } = this.search;
    const searched = new Map(channels.map((channel) => [channel.id, channel]));
    const moved = await this.#movedChannels();
    const wanted = [...new Set([...open, ...(moved ?? [])])].filter((id) => searched.has(id));
    this.addMissing(wanted.slice(limits.searchAskedChannels));
    const answers = await Promise.all(
      wanted.slice(0, limits.searchAskedChannels).map(async (id) => {
        const answer = await this.#ask(id, (channel) => channel.searchTail(this.c.get("caller"), { filter, ...query }));
        if (answer === null) return null;
        if (!answer.isWhole) this.#missing.add(id);
        return answer;
      }),
    );
    // Without the user object, any channel that was not asked may have moved.
    if (moved === null) this.addMissing([...searched.keys()].filter((id) => !wanted.includes(id)));
    const answered = answers.filter((answer) => answer !== null);
    const [wholeTo = null] = answered.flatMap(({ hits, hasMore }) => (hasMore ? hits.slice(-1) : [])).sort(byPosition);
    return { hits: answered.flatMap(({ hits }) => hits.map(searchHitOf)).sort(byPosition), wholeTo };
  }

  /**
   * Reads hits of the archive in their channels. Returns those that the caller may read and that
   * still match, by the key of the hit.
   */
  async verify(hits: readonly ArchiveHit[]): Promise<Map<string, VerifiedHit>> {
    const verified = new Map<string, VerifiedHit>();
    const byChannel = Map.groupBy(hits, ({ channel }) => channel);
    await runParallel(byChannel, CONCURRENCY, Number.POSITIVE_INFINITY, async ([channel, hitsOfChannel]) => {
      for await (const message of this.#messagesAt(channel, hitsOfChannel)) {
        const { body } = message;
        if (body.state !== "live") continue;
        const hit = hitOf(channel, { ...message, parts: body }, this.search.filter);
        if (hit) verified.set(keyOf(hit), { hit, editedAt: body.editedAt });
      }
    });
    return verified;
  }

  /** Yields the messages batch by batch, because each may be long. */
  async *#messagesAt(channel: string, hits: readonly ArchiveHit[]): AsyncGenerator<Message> {
    let left = hits.map(({ seq }) => seq);
    while (left.length > 0) {
      const seqs = left;
      const batch = await this.#ask(channel, (object) => object.messagesAt(this.c.get("caller"), seqs));
      if (batch === null) return;
      const { items, after } = batch;
      yield* items;
      left = after === null ? [] : left.filter((seq) => seq > after);
    }
  }

  /**
   * Returns the answer of a channel. Returns null if the caller is not a member any more, or if the
   * channel does not answer and is missing. Throws `token_expired`.
   */
  async #ask<T>(id: string, call: (channel: ChannelPort) => Promise<RpcResult<T>>): Promise<T | null> {
    try {
      const channel: ChannelPort = this.c.env.CHANNELS.getByName(id);
      return unwrap(
        await withTimeout(
          retry(async () => call(channel)),
          tuning.searchedTailMs,
        ),
      );
    } catch (error) {
      if (error instanceof ChatError && error.code === "token_expired") throw error;
      if (error instanceof ChatError && error.code === "not_found") return null;
      if (error instanceof ChatError) logWarning("search.channel-missing", { channel: id, code: error.code });
      else logError("search.channel-missing", error, { channel: id });
      this.#missing.add(id);
      return null;
    }
  }

  /** Returns what the user object knows; null if it does not answer. */
  async #movedChannels(): Promise<string[] | null> {
    const { channels } = this.search;
    // A search of one channel asks it in any case.
    if (channels.length === 1) return channels.map(({ id }) => id);
    const me = this.c.get("account").id;
    try {
      return await withTimeout(
        retry(async () => this.c.env.USERS.getByName(me).movedChannels(me)),
        tuning.searchedTailMs,
      );
    } catch (error) {
      logError("search.moves-missing", error);
      return null;
    }
  }
}

export const keyOf = ({ channel, seq }: Pick<HitPosition, "channel" | "seq">): string => `${channel}.${seq}`;

const searchHitOf = ({ excerpt: { text, marks }, ...hit }: TailHit): SearchHit => ({
  ...hit,
  excerpt: { text, marks: marks.map(([start = 0, end = 0]) => [start, end]) },
});
