import { expect, test } from "vitest";
import { linksIn } from "../../src/web/channel-files/links";

test("the links of a text are its addresses without the punctuation that follows, each once", () => {
  expect(linksIn("see https://example.com/a?b=1, (http://example.com/c). https://example.com/a?b=1!")).toEqual([
    "https://example.com/a?b=1",
    "http://example.com/c",
  ]);
  expect(linksIn("[name](https://example.com/바다) <https://example.com/x>")).toEqual([
    "https://example.com/바다",
    "https://example.com/x",
  ]);
  expect(linksIn("javascript:alert(1) example.com https:// http://[")).toEqual([]);
});
