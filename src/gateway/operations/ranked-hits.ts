// The hits of a search by relevance that are not recent, as the archive ranks them.
import type { Archive } from "../../directory/archive/archive";
import { type ArchiveQuery, findRanked } from "../../directory/archive/search";
import type { SearchHit } from "../../protocol";
import { logError } from "../../runtime/logger";
import { ARCHIVE_READS_MAX } from "./newest-hits";
import { keyOf, type SearchedChannels } from "./searched-channels";

export interface RankedHitsParts {
  archive: Archive;
  query: ArchiveQuery;
  channels: SearchedChannels;
  /** Messages that were edited since this time are recent too. Epoch milliseconds. */
  editedBefore: number;
  limit: number;
}

export class RankedHits {
  /** How many hits of the archive are done. */
  skip: number;
  /** Bound: a page of the archive. */
  #ready: { hit: SearchHit; end: number }[] = [];
  #readTo: number;
  #isRead = false;
  #reads = 0;

  constructor(
    private readonly parts: RankedHitsParts,
    skip: number,
  ) {
    this.skip = skip;
    this.#readTo = skip;
  }

  get isAtEnd(): boolean {
    return this.#isRead && this.#ready.length === 0;
  }

  /** Returns the next hit without taking it; null at the end, or when enough was read. */
  async peek(): Promise<SearchHit | null> {
    while (this.#ready.length === 0) {
      if (this.#isRead || this.#reads === ARCHIVE_READS_MAX) return null;
      await this.#read();
    }
    return this.#ready[0]?.hit ?? null;
  }

  /** Takes the hit of `peek`. */
  take(): void {
    const taken = this.#ready.shift();
    if (taken) this.skip = this.#ready.length === 0 ? this.#readTo : taken.end;
  }

  async #read(): Promise<void> {
    const { archive, query, channels, editedBefore, limit } = this.parts;
    this.#reads++;
    const page = await findRanked(archive, query, this.#readTo, limit);
    for (const error of page.errors) logError("search.database-missing", error);
    channels.addMissing(page.missing);
    const verified = await channels.verify(page.hits);
    this.#ready = page.hits.flatMap((place, index) => {
      const found = verified.get(keyOf(place));
      const isOld = found && (found.editedAt === null || found.editedAt < editedBefore);
      return isOld ? [{ hit: found.hit, end: this.#readTo + index + 1 }] : [];
    });
    this.#readTo += page.hits.length;
    this.#isRead = page.isLast;
    if (this.#ready.length === 0) this.skip = this.#readTo;
  }
}
