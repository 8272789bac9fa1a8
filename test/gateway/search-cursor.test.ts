// The text of a search's cursor, and that of earlier versions.
import { expect, test } from "vitest";
import { rowidOfTime, timeOfRowid } from "../../src/directory/archive/archive";
import { isBehind } from "../../src/domain/hit-position";
import {
  type RankedPosition,
  readNewestPosition,
  readRankedPosition,
  textOfPosition,
  textOfRanked,
} from "../../src/gateway/operations/search-cursor";
import { limits } from "../../src/protocol";
import { newId } from "../../src/runtime/ids";

const at = Date.UTC(2026, 10, 30);
const position = { at, channel: newId("c", at), seq: 4_711 };
/** A dot and the signature. */
const SIGNATURE = 23;

test("a cursor is read as it was written, and fits into the limit of a cursor", () => {
  expect(readNewestPosition(textOfPosition(position), timeOfRowid)).toEqual(position);
  const ranked: RankedPosition[] = [
    { recentFrom: at, skip: 0, recent: null, isRecentDone: false },
    { recentFrom: at, skip: 20, recent: position, isRecentDone: false },
    { recentFrom: at, skip: 980, recent: null, isRecentDone: true },
  ];
  for (const each of ranked) {
    expect(readRankedPosition(textOfRanked(each))).toEqual(each);
    expect(textOfRanked(each).length + SIGNATURE).toBeLessThanOrEqual(limits.cursorCharacters);
  }
});

test("the cursors of earlier versions continue where they ended", () => {
  const earlier = readNewestPosition(`${rowidOfTime(at) + 3}~1`, timeOfRowid);
  expect(isBehind({ ...position, at: at - 1 }, earlier)).toBe(true);
  expect([isBehind(position, earlier), isBehind({ ...position, at: at + 1 }, earlier)]).toEqual([false, false]);
  expect(readRankedPosition("40")).toMatchObject({ skip: 40, isRecentDone: true, recentFrom: Number.MAX_SAFE_INTEGER });
});
