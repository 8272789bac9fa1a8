// The people who are mentioned are exactly those whom the page shows as mentioned, and the composer
// offers people where they would be mentioned.
import fc from "fast-check";
import { expect, test } from "vitest";
import { findMentions, type Profile, parse } from "../../src/protocol";
import { completeMention, mentionAt } from "../../src/web/composer/mention";
import { mentionedIn, splitMentions } from "../../src/web/markdown/mention";
import { runs } from "../support/runs";
import { mentioningTexts } from "./mentioning-texts";

const people: Profile[] = ["bob", "bob.lee", "minji", "a", "b-c"].map((handle) => ({
  id: handle,
  handle,
  name: handle,
}));
const members = new Map(people.map(({ handle, id }) => [handle, id]));
/** `mayMentionAll`: whether `@here` and `@channel` mention everyone. */
const find = (text: string, mayMentionAll = true) => findMentions(text, members, mayMentionAll);

/** Returns the words that the page highlights. */
function highlighted(text: string, mayMentionAll = true): Set<string> {
  const mentioned = mentionedIn(find(text, mayMentionAll), people, "nobody");
  const pieces = [...mentioningTexts(parse(text))].flatMap((node) => splitMentions(node, mentioned));
  return new Set(pieces.filter(({ target }) => target !== null).map((piece) => piece.text.slice(1).toLowerCase()));
}

/** Returns whom a text mentions after each of its handles was typed again and completed. */
function completed(text: string): Set<string> {
  const found = new Set<string>();
  for (const { index, 0: typed } of text.matchAll(/@[a-z.-]*/gi)) {
    const caret = index + typed.length;
    const query = mentionAt(text, caret, people);
    const [person] = people;
    if (query?.at !== index || !person) continue;
    found.add(`${index}`);
    const added = completeMention(text, query, { kind: "person", person: { ...person, handle: "zoe", id: "zoe" } });
    expect(findMentions(added.text, new Map([...members, ["zoe", "zoe"]]), false).users).toContain("zoe");
  }
  return found;
}

const piece = fc.constantFrom(
  ...["@bob", "@bob.lee", "@Minji", "@a", "@b-c", "@here", "@channel", "@", "@bob.", "@ghost", "bob"],
  ...[
    " ",
    " ",
    "\n",
    "\n",
    "님",
    "a",
    ".",
    "-",
    "_",
    "*",
    "**",
    "`",
    "```",
    "~~",
    "> ",
    "- ",
    "1. ",
    "(",
    ")",
    "[",
    "]",
  ],
  ...["(https://x.example)", "https://x.example/", "\\", "é", "处", "/", "\n```\n", ":", '"', "😀"],
);

test("[S157] the server, the page and the composer agree on the mentions of a text", { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
      const text = pieces.join("");
      const { users, all } = find(text);
      const shown = highlighted(text);
      expect(new Set([...shown].filter((name) => name !== "here" && name !== "channel"))).toEqual(new Set(users));
      expect(shown.has("channel") ? "channel" : shown.has("here") ? "here" : null).toBe(all);
      expect(highlighted(text, false)).toEqual(new Set(find(text, false).users));
      // Where somebody is mentioned, the composer offers people.
      const offered = completed(text);
      if (users.length > 0) expect(offered.size).toBeGreaterThan(0);
    }),
    { numRuns: runs(1_000, 10_000) },
  );
});
