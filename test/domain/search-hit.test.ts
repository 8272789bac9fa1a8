import { describe, expect, test } from "vitest";
import { hitOf } from "../../src/domain/search-hit";
import { parseSearch } from "../../src/domain/search-query";
import { limits } from "../../src/protocol";

const people = { authors: [], withoutAuthors: [] };

/** The excerpt of a hit with its matches in brackets; null if there is no hit. */
function excerptIn(typed: string, text: string, name?: string): string | null {
  const attachments = name === undefined ? [] : [{ id: "f_1", name, type: "text/plain", size: 1 }];
  const message = { seq: 1, author: "u_1", at: 0, thread: null, parts: { text, attachments } };
  const hit = hitOf("c_1", message, { ...parseSearch(typed, 0), ...people });
  if (hit === null) return null;
  return hit.excerpt.marks.reduceRight(
    (all, [start, end]) => `${all.slice(0, start)}[${all.slice(start, end)}]${all.slice(end)}`,
    hit.excerpt.text,
  );
}

describe("[S97] the excerpt of a hit", () => {
  test.each([
    ["회의", "**회의록** 은 `여기`", "[회의]록 은 여기"],
    ["train", "> the ~~train~~ left\n\nyes", "the [train] left yes"],
    ["await", "look:\n```ts\nawait send();\n```", "look: [await] send();"],
    ["here", "[here](https://example.com/there)", "[here]"],
    ["2*3", "2*3*4 = 24", "[2*3]*4 = 24"],
  ])("shows %s in %j without marks", (typed, text, excerpt) => {
    expect(excerptIn(typed, text)).toBe(excerpt);
  });

  test("keeps the text where only the address behind a link matches", () => {
    expect(excerptIn("there", "see [here](https://example.com/there)")).toContain("[there]");
  });

  test("shows the name of a file as it is", () => {
    expect(excerptIn("notes", "*look*", "a_b_notes_*.txt")).toMatch(/^look a_b_\[?notes/);
  });

  test("keeps the marks of a text that is too long to parse for each hit", () => {
    const long = `**needle** ${"x ".repeat(limits.unmarkedExcerptLength / 2)}`;
    expect(excerptIn("needle", long)).toMatch(/^\*\*\[needle\]\*\*/);
  });

  test("is missing if nothing matches", () => {
    expect(excerptIn("absent", "**present**")).toBeNull();
  });
});
