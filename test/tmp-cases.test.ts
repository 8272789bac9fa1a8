import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "../src/markup/parse";
import { shownText, shownLine } from "../src/markup/plain";
const { cases } = JSON.parse(readFileSync("/work/shared/cases/rendering.json", "utf8"));
function outline(nodes: readonly any[]): string[] { return nodes.flatMap((n) => n.kind === "text" ? [] : n.kind === "code" ? [`code:${n.text}`] : n.kind==="list" ? ["list", ...n.items.flatMap((i:any)=>outline(i.children))] : n.kind==="link" ? [`href:${n.href}`, ...(n.warning ? [`warns:${n.warning}`]:[]), ...outline(n.children)] : n.kind==="paragraph" ? outline(n.children) : [`${n.kind==="emphasis"?"em":n.kind}:${text(n.children)}`, ...outline(n.children)]); }
const text = (nodes: readonly any[]): string => nodes.map((n) => n.text ?? (n.children ? text(n.children) : "")).join("");
test.each(cases)("$text", (one: any) => {
  const got = outline(parse(one.text));
  const shown = shownText(one.text);
  if (one.shows !== undefined) expect(shown).toBe(one.shows);
  if (one.marks) expect(got.filter((l) => !l.startsWith("href") && !l.startsWith("warns"))).toEqual(one.marks);
  if (one.href) expect(got.find((l) => l.startsWith("href"))).toBe(`href:${one.href}`);
  if (one.warns) expect(got).toContain(`warns:${one.warns}`);
  if (one.note === "no warning") expect(got.join()).not.toContain("warns");
  if (one.preview) expect(shownLine(one.text, 100)).toBe(one.preview);
});
