import { describe, expect, it } from "vitest";
import type { SearchHit, SearchPage } from "../../src/protocol";
import { readAddress, withSearch } from "../../src/web/app/address";
import { splitExcerpt } from "../../src/web/search/excerpt-pieces";
import { keyOfHit, nextPage, withPage } from "../../src/web/search/pages";

const marked = (text: string, marks: [number, number][]) =>
  splitExcerpt({ text, marks })
    .map((piece) => (piece.isMarked ? `[${piece.text}]` : piece.text))
    .join("");

describe("an excerpt", () => {
  it("marks the matches", () => {
    expect(
      marked("다음 회의는 회의실에서", [
        [3, 5],
        [7, 9],
      ]),
    ).toBe("다음 [회의]는 [회의]실에서");
    expect(marked("harbour", [[0, 7]])).toBe("[harbour]");
    expect(marked("😀 harbour 😀", [[3, 10]])).toBe("😀 [harbour] 😀");
    expect(marked("nothing marked", [])).toBe("nothing marked");
    expect(splitExcerpt({ text: "", marks: [] })).toEqual([]);
  });

  it("keeps its whole text if marks are invalid", () => {
    for (const marks of [
      [[4, 2]],
      [[3, 3]],
      [[5, 99]],
      [
        [0, 4],
        [2, 6],
      ],
      [
        [4, 6],
        [0, 2],
      ],
    ] as [number, number][][])
      expect(
        splitExcerpt({ text: "a text", marks })
          .map(({ text }) => text)
          .join(""),
      ).toBe("a text");
  });

  it("begins at a word shortly before the first match", () => {
    const before = "가나다 ".repeat(20);
    const at = before.length;
    expect(marked(`${before}확인`, [[at, at + 2]])).toBe(`…${"가나다 ".repeat(8)}[확인]`);
    expect(marked(`${"가".repeat(80)}확인`, [[80, 82]])).toBe(`…${"가".repeat(32)}[확인]`);
    expect(marked(`${"😀".repeat(40)}a확인`, [[81, 83]])).toBe(`…${"😀".repeat(15)}a[확인]`);
    expect(marked("가".repeat(80), [[90, 92]])).toBe("가".repeat(80));
  });

  it("gives each piece its own position", () => {
    const places = splitExcerpt({
      text: "aa bb aa",
      marks: [
        [0, 2],
        [6, 8],
      ],
    }).map(({ at }) => at);
    expect(new Set(places).size).toBe(places.length);
  });
});

const hit = (seq: number, channel = "c_1"): SearchHit => ({
  ...{ channel, seq, author: "u_bob", at: 0, thread: null, excerpt: { text: "hi", marks: [] } },
});

/** Answers with these pages one after the other, and records the requests. */
function pages(...items: number[][]) {
  const asked: (string | null)[] = [];
  const ask = async (cursor: string | null): Promise<SearchPage> => {
    const at = cursor === null ? 0 : Number(cursor);
    asked.push(cursor);
    return { items: (items[at] ?? []).map((seq) => hit(seq)), next: at + 1 < items.length ? `${at + 1}` : null };
  };
  return { ask, asked };
}

describe("the next page of a search", () => {
  it("skips empty pages", async () => {
    const { ask, asked } = pages([], [], [7], [6]);
    expect(await nextPage(ask, null)).toEqual({ items: [hit(7)], next: "3" });
    expect(asked).toEqual([null, "1", "2"]);
  });

  it("ends with the search, or after a few requests", async () => {
    expect(await nextPage(pages([], []).ask, null)).toEqual({ items: [], next: null });
    const endless = pages(...Array.from({ length: 50 }, () => []));
    expect((await nextPage(endless.ask, null)).next).toBe("5");
    expect(endless.asked).toHaveLength(5);
  });

  it("keeps the channels that did not answer, from every request", async () => {
    const answers: SearchPage[] = [
      { items: [], next: "1", incomplete: ["c_1"] },
      { items: [], next: "2", incomplete: ["c_2", "c_1"] },
      { items: [hit(7)], next: null },
    ];
    const page = await nextPage(async () => answers.shift() ?? { items: [], next: null }, null);
    expect(page).toEqual({ items: [hit(7)], next: null, incomplete: ["c_1", "c_2"] });
  });

  it("shows each hit once", () => {
    const known = [hit(9), hit(8)];
    expect(withPage(known, [hit(8), hit(7), hit(8, "c_2"), hit(7)]).map(keyOfHit)).toEqual([
      ...["c_1.9", "c_1.8", "c_1.7", "c_2.8"],
    ]);
  });
});

describe("an address", () => {
  it("contains chat, panel, message and search", () => {
    expect(readAddress("/c/c_1/t/5?m=17#q=%ED%9A%8C%EC%9D%98&in=c_1&by=relevance")).toEqual({
      path: "/c/c_1/t/5",
      chat: "c_1",
      invite: null,
      guild: null,
      isUnknown: false,
      panel: { kind: "thread", root: 5 },
      answer: null,
      mark: 17,
      search: { text: "회의", channel: "c_1", order: "relevance" },
    });
    expect(readAddress("/#q=")).toMatchObject({ chat: null, search: { text: "", channel: null, order: "newest" } });
    expect(readAddress("/i/4kQ9zTm7Xb")).toMatchObject({ invite: "4kQ9zTm7Xb", chat: null, isUnknown: false });
    for (const cut of ["/i/", "/i/a%2fb", "/i/4kQ9/zTm7Xb", `/i/${"a".repeat(65)}`])
      expect(readAddress(cut), cut).toMatchObject({ invite: null, isUnknown: true });
    expect(readAddress("/s/g_1#q=a")).toMatchObject({
      chat: null,
      guild: "g_1",
      isUnknown: false,
      search: { text: "a" },
    });
    expect(readAddress("/s/c_1")).toMatchObject({ guild: null, isUnknown: true });
    expect(readAddress("/c/c_1/details")).toMatchObject({ panel: { kind: "details" }, mark: null, search: null });
  });

  it("is unknown if it is none of the page's, whatever it is", () => {
    for (const known of [
      "/",
      "/requests",
      "/settings",
      "/admin",
      "/c/c_1",
      "/c/c_1/",
      "/c/c_1/details?m=%E0%A4%A#q=%E0",
    ])
      expect(readAddress(known).isUnknown, known).toBe(false);
    for (const path of [
      ...["/c/%E0%A4%A", "/c/", "/c", "/c/%", "/c/%00", "/c/..%2f..", "/c/C_1", "/c/c_1/x", "/c/c_1/t/", "/c/c_1/t/x"],
      ...[
        "/c/c_1/t/0",
        "/c/c_1/t/99999999999999999999",
        `/c/c_${"1".repeat(40)}`,
        "/c/c_1/details/x",
        "/x",
        "//",
        "/%",
      ],
      ...["/settings/x", "/c/\u0000", "/c/회의", "/\ud83d"],
    ])
      expect(readAddress(path), path).toMatchObject({ chat: null, panel: null, isUnknown: true });
  });

  it("ignores invalid parts", () => {
    for (const m of ["0", "-1", "1e9", "x", "99999999999999999999"])
      expect(readAddress(`/c/c_1?m=${m}`).mark).toBeNull();
    expect(readAddress("/#q=a&in=javascript:alert(1)&by=magic").search).toEqual({
      ...{ text: "a", channel: null, order: "newest" },
    });
  });

  it("keeps the words of its search in the fragment, which no server gets", () => {
    const search = { text: "a secret", channel: "c_1", order: "relevance" as const };
    for (const address of ["/", "/c/c_2?m=3", "/c/c_2/t/5?m=7#q=older"]) {
      const url = new URL(withSearch(address, search), "https://parley.test");
      expect(url.pathname + url.search).not.toMatch(/secret|q=/);
      expect(readAddress(url.pathname + url.search + url.hash).search).toEqual(search);
    }
    expect(readAddress("/c/c_1#composer").search).toBeNull();
  });

  it("changes its search and keeps the rest", () => {
    const search = { text: "a & b", channel: null, order: "newest" as const };
    const address = withSearch("/c/c_2?m=3", search);
    expect(readAddress(address)).toMatchObject({ chat: "c_2", mark: 3, search });
    expect(withSearch(address, null)).toBe("/c/c_2?m=3");
    expect(withSearch("/#q=old&by=relevance", search)).toBe("/#q=a+%26+b");
    expect(withSearch("/settings", null)).toBe("/settings");
  });
});
