// Text without marks comes back unchanged in the page, the preview, the notification and the copy.
import fc from "fast-check";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { limits, lineOf, previewOf, shownText } from "../../src/protocol";
import { contentOf } from "../../src/text/notification-composer";
import { runs } from "../support/runs";
import { showNote } from "../support/show-note";

// The module of the preferences listens to other tabs.
vi.stubGlobal("addEventListener", () => {});
const { Prose } = await import("../../src/web/markdown/prose");

/** What people type that holds the characters of marks without marking anything. */
const word = fc.constantFrom(
  ...[
    "안녕하세요",
    "회의는",
    "점심",
    "ㅋㅋㅋ",
    "확인했어요.",
    "deploy",
    "Don't",
    "e\u0301te\u0301",
    "重点",
    "です",
    "наш",
  ],
  ...["12~1시", "3~5시", "2*3*4", "2**10", "5*5=25", "10,000원", "-3도", "+82", "2026.", "11.", "29.", "#3", "50%"],
  ...[
    "snake_case_name",
    "__init__.py",
    "src/**/*.ts",
    "~/docs",
    "C:\\*.*",
    "\\\\nas01\\팀_2026",
    "a[i]",
    "f(x)",
    "&amp;",
  ],
  ...[
    "^_^",
    ">_<",
    "*^^*",
    "-_-;;",
    "(^_^)",
    "¯\\_(ツ)_/¯",
    "~",
    "네~~",
    "하하~",
    ":)",
    "<3",
    "->",
    "=>",
    "|",
    "…",
    "·",
  ],
  ...[
    "😀",
    "👨‍👩‍👧‍👦",
    "🇰🇷",
    "1️⃣",
    "👍🏽",
    "@bob",
    "@channel",
    "bob@example",
    "\u200b끝",
    "가\u3164나",
    "א\u05b7ב",
    "&",
    "$_",
  ],
);
const separator = fc.constantFrom(" ", " ", " ", "  ", "\n", "\n\n", ", ", "\t");
const text = fc
  .array(fc.tuple(word, separator), { minLength: 1, maxLength: 14 })
  .map((parts) => parts.map(([one, behind], at) => (at === parts.length - 1 ? one : one + behind)).join(""));

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };
const pageText = (typed: string): string =>
  renderToStaticMarkup(createElement(Prose, { text: typed }))
    .replace(/<[^>]*>/g, "")
    .replace(/&(amp|lt|gt|quot|#x27);/g, (_, name: string) => entities[name] ?? "");

test("[S154] text without marks comes back unchanged", { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(text, (typed) => {
      expect(pageText(typed)).toBe(typed);
      expect(shownText(typed)).toBe(typed);
      expect(previewOf(typed)).toBe(lineOf(typed));
      const pushed = previewOf(typed, limits.pushCodePoints);
      expect(contentOf({ ...showNote, kind: "direct", text: pushed }, "ko").body).toBe(
        lineOf(typed, limits.pushCodePoints),
      );
    }),
    { numRuns: runs(1_000, 10_000) },
  );
});
