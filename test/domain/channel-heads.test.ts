// Which of two heads of a channel is newer.
import { expect, test } from "vitest";
import { isNewerHead } from "../../src/domain/channel-heads";

const head = (epochNumber: number, newest: number) => ({ epochNumber, newest });

test.each([
  ["any, where none is known", null, head(1, 0), true],
  ["one with a later message", head(1, 4), head(1, 5), true],
  ["not the same one", head(1, 4), head(1, 4), false],
  ["not one with an earlier message", head(1, 4), head(1, 3), false],
  ["one of a later epoch", head(1, 9), head(2, 0), true],
  ["not one of an earlier epoch", head(2, 0), head(1, 9), false],
])("[S225] %s", (_, known, next, isNewer) => {
  expect(isNewerHead(known, next)).toBe(isNewer);
});
