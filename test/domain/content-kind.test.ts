// The search `has:`: how it is parsed, and which messages it finds.
import { describe, expect, test } from "vitest";
import { attachedKinds, hasKind } from "../../src/domain/content-kind";
import { hitOf } from "../../src/domain/search-hit";
import { parseSearch } from "../../src/domain/search-query";

const photo = { id: "a_1", name: "photo.jpg", type: "image/jpeg", size: 9 };
const memo = { id: "a_2", name: "memo.pdf", type: "application/pdf", size: 9 };

describe("[S246] has:", () => {
  test("takes kinds in any case, once each, with and without a minus", () => {
    const { has, without, clauses } = parseSearch("has:image HAS:Link has:image -has:video harbour", 0);
    expect([has, without.has]).toEqual([["image", "link"], ["video"]]);
    expect(clauses.map(({ terms }) => terms)).toEqual([["harbour"]]);
  });

  test("with another value, or none, is words", () => {
    const { has, clauses } = parseSearch("has:cheese has:", 0);
    expect(has).toEqual([]);
    expect(clauses.map(({ terms }) => terms.join(" "))).toEqual(["has cheese", "has"]);
  });

  test.each([
    ["has:image", { text: "", attachments: [photo] }, true],
    ["has:image", { text: "", attachments: [memo] }, false],
    ["has:file", { text: "", attachments: [photo] }, true],
    ["has:file", { text: "photo.jpg", attachments: [] }, false],
    ["has:video", { text: "", attachments: [photo] }, false],
    ["has:link", { text: "see https://example.com/a", attachments: [] }, true],
    ["has:link", { text: "https: //", attachments: [photo] }, false],
    ["has:image has:link", { text: "http://a.example", attachments: [photo] }, true],
    ["has:image has:link", { text: "", attachments: [photo] }, false],
    ["has:file -has:image", { text: "", attachments: [memo] }, true],
    ["has:file -has:image", { text: "", attachments: [memo, photo] }, false],
    ["memo has:file", { text: "", attachments: [memo] }, true],
  ])("%s in %j", (typed, parts, isFound) => {
    const filter = { ...parseSearch(typed, 0), authors: [], withoutAuthors: [] };
    const message = { seq: 1, author: "u_1", at: 1, thread: null, parts };
    expect(hitOf("c_1", message, filter) !== null).toBe(isFound);
  });
});

test("the kinds of attachments leave out links, which their text has", () => {
  const parts = { text: "https://a.example", attachments: [photo, memo] };
  expect(attachedKinds(parts)).toEqual(["image", "file"]);
  expect(hasKind(parts, "link")).toBe(true);
  expect(attachedKinds({ text: "https://a.example", attachments: [] })).toEqual([]);
});
