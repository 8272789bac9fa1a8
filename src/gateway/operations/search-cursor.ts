// Where a page of a search ended, as the text of its cursor.
import type { HitPosition } from "../../domain/hit-position";
import type { SearchQuery } from "../../protocol";

/** Where a page by relevance ended. */
export interface RankedPosition {
  /** Hits from this time on are recent. Epoch milliseconds. */
  recentFrom: number;
  /** How many hits of the archive are done. */
  skip: number;
  /** Where the recent hits continue. Null if they begin, or if all of them are done. */
  recent: HitPosition | null;
  isRecentDone: boolean;
}

/** The parts of a query that make its list. The size of a page may change from page to page. */
export const listOf = ({ q, channel, order, zone }: SearchQuery): string =>
  JSON.stringify([q, channel ?? "", order, zone]);

export const textOfPosition = ({ at, channel, seq }: HitPosition): string => `${at}~${channel}~${seq}`;

/** `timeOfRowid` reads the cursors of earlier versions, which name a row and a database. */
export function readNewestPosition(text: string, timeOfRowid: (rowid: number) => number): HitPosition {
  const [first = "", channel = "", seq] = text.split("~");
  // The other rows of the same millisecond are left out: no channel comes after "~".
  if (seq === undefined) return { at: timeOfRowid(Number(first)), channel: "~", seq: 0 };
  return { at: Number(first), channel, seq: Number(seq) };
}

export const textOfRanked = ({ recentFrom, skip, recent, isRecentDone }: RankedPosition): string =>
  `${recentFrom}~${skip}~${isRecentDone ? "done" : recent ? textOfPosition(recent) : "begin"}`;

/** The cursors of earlier versions are the number of hits that are done, without recent ones. */
export function readRankedPosition(text: string): RankedPosition {
  const [first = "", skip, at = "", channel = "", seq] = text.split("~");
  if (skip === undefined)
    return { recentFrom: Number.MAX_SAFE_INTEGER, skip: Number(first), recent: null, isRecentDone: true };
  const recent = seq === undefined ? null : { at: Number(at), channel, seq: Number(seq) };
  return { recentFrom: Number(first), skip: Number(skip), recent, isRecentDone: at === "done" };
}
