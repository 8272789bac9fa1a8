// The hits of a search by date: those of the archive and those of the channels' tails, merged. Both
// order them by the same position, so the next page begins behind the last hit, wherever messages
// have moved meanwhile.
import type { Archive } from "../../directory/archive/archive";
import { type ArchiveQuery, findNewest } from "../../directory/archive/search";
import { byPosition, type HitPosition, isBehind } from "../../domain/hit-position";
import type { SearchHit } from "../../protocol";
import { logError } from "../../runtime/logger";
import { keyOf, type SearchedChannels, type TailHits } from "./searched-channels";

/**
 * The most reads of the archive for one page. Hits that the caller may not see are replaced by the
 * next read.
 */
export const ARCHIVE_READS_MAX = 4;

export interface NewestHitsParts {
  archive: Archive;
  query: ArchiveQuery;
  channels: SearchedChannels;
  /** Must not reject before it is awaited. */
  tails: Promise<TailHits>;
  /** The most hits that are taken. */
  limit: number;
}

export class NewestHits {
  /** The hits behind it are left for the next page. */
  position: HitPosition | null;
  /** Bound: a page of the archive, and a page of each channel that is asked. */
  #ready: SearchHit[] = [];
  #tail: SearchHit[] | null = null;
  #wholeTo: HitPosition | null = null;
  #readTo: HitPosition | null;
  #isArchiveRead = false;
  #reads = 0;

  constructor(
    private readonly parts: NewestHitsParts,
    position: HitPosition | null,
  ) {
    this.position = position;
    this.#readTo = position;
  }

  /** Whether there is nothing after `position`. */
  get isAtEnd(): boolean {
    return this.#isArchiveRead && this.#ready.length === 0 && this.#tail?.length === 0 && this.#wholeTo === null;
  }

  /** Returns the next hit without taking it; null at the end, or when enough was read. */
  async peek(): Promise<SearchHit | null> {
    while (this.#ready.length === 0) {
      if (this.#isArchiveRead || this.#reads === ARCHIVE_READS_MAX) return null;
      await this.#read();
    }
    return this.#ready[0] ?? null;
  }

  /** Takes the hit of `peek`. */
  take(): void {
    const hit = this.#ready.shift();
    if (hit) this.position = { at: hit.at, channel: hit.channel, seq: hit.seq };
    this.#passDroppedHits();
  }

  /**
   * What was read and is not a hit any more is not read again, unless a channel has hits before it
   * that it has not answered.
   */
  #passDroppedHits(): void {
    if (this.#ready.length > 0 || this.#readTo === null) return;
    if (this.#wholeTo === null || !isBehind(this.#readTo, this.#wholeTo)) this.position = this.#readTo;
  }

  async #read(): Promise<void> {
    const { archive, query, channels, tails, limit } = this.parts;
    this.#reads++;
    const [page, tail] = await Promise.all([findNewest(archive, query, this.#readTo, limit), tails]);
    for (const error of page.errors) logError("search.database-missing", error);
    channels.addMissing(page.missing);
    this.#isArchiveRead = page.isLast;
    this.#readTo = page.isLast ? null : (page.hits.at(-1) ?? this.#readTo);
    const left = this.#tail ?? tail.hits;
    this.#wholeTo = tail.wholeTo;
    const { takeable, later } = Object.groupBy(left, (hit) =>
      page.isLast || !isBehind(hit, this.#readTo) ? "takeable" : "later",
    );
    this.#tail = later ?? [];
    const known = new Set((takeable ?? []).map(keyOf));
    const verified = await channels.verify(page.hits.filter((hit) => !known.has(keyOf(hit))));
    this.#ready = [...(takeable ?? []), ...[...verified.values()].map(({ hit }) => hit)].sort(byPosition);
    this.#passDroppedHits();
  }
}
