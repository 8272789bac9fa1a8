// Every function that runs regular expressions over what people typed takes linear time: twice the
// text takes about twice the time, also for texts that are made to defeat a pattern.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { allowedEndpoint } from "../../src/domain/push-hosts";
import { excerptOf } from "../../src/domain/search-excerpt";
import { holds, parseSearch } from "../../src/domain/search-query";
import { cut } from "../../src/domain/search-terms";
import * as wire from "../../src/protocol";
import { detailOf, readRetryAfter } from "../../src/push/service-request";
import { mentionAt } from "../../src/web/composer/mention";
import { trimMessage } from "../../src/web/composer/message-length";
import { isBigEmoji } from "../../src/web/markdown/big-emoji";
import { excerptOf as shortened } from "../../src/web/markdown/excerpt";
import { mentionedIn, splitMentions } from "../../src/web/markdown/mention";
import { fixtureSize } from "../support/runs";

const people = [{ id: "u_alice", handle: "alice", name: "Alice" }];
const members = new Map([["alice", "u_alice"]]);
const roles = ["a", "aa", "alice and all of the others"].map((name) => {
  return { id: name, name, color: null, mentionable: true, isMine: false };
});
const mentioned = mentionedIn({ users: ["u_alice"], all: null, roles: ["a", "aa"] }, people, "u_me", roles);
const phrase = parseSearch('"a a a a a b" a* "aa"', 0);

/** Each runs as many regular expressions over its text as the server or the page does. */
const functions: Record<string, (text: string) => unknown> = {
  findMentions: (text) => wire.findMentions(text, members, true),
  countMentions: (text) =>
    wire.countMentions(text, members, false, wire.namedRoles(roles.map((role) => ({ ...role, users: ["u_a"] })))),
  splitMentions: (text) => splitMentions({ text, before: "" }, mentioned),
  parse: (text) => wire.parse(text),
  shownText: (text) => wire.shownText(text),
  shownLine: (text) => wire.shownLine(text, 120),
  messageText: (text) => wire.messageText.safeParse(text),
  displayName: (text) => wire.displayName.safeParse(text),
  topic: (text) => wire.topic.safeParse(text),
  handle: (text) => wire.handle.safeParse(text),
  password: (text) => wire.password.safeParse(text),
  emoji: (text) => wire.emoji.safeParse(text),
  isReservedHandle: (text) => wire.isReservedHandle(text),
  ids: (text) => [wire.userId, wire.epoch, wire.nonce, wire.commandId].map((schema) => schema.safeParse(text)),
  previewOf: (text) => wire.previewOf(text),
  subscribePush: (text) => [
    wire.subscribePush.safeParse({ kind: "fcm", token: text, locale: text, name: text }),
    wire.subscribePush.safeParse({ kind: "web", endpoint: text, keys: { p256dh: text, auth: text } }),
  ],
  quietHours: (text) =>
    wire.putNotificationSettings.safeParse({ previews: true, quiet: { from: 0, to: 1, zone: text } }),
  allowedEndpoint: (text) => [allowedEndpoint(`https://${text}/`, ""), allowedEndpoint(`http://${text}`, "")],
  parseSearch: (text) => parseSearch(text, 0),
  cut: (text) => cut(text),
  holds: (text) => holds(phrase, text),
  excerptOf: (text) => excerptOf(phrase, text),
  readRetryAfter: (text) => readRetryAfter(`Mon${text}`, 0),
  detailOf: (text) => detailOf(text),
  shortened: (text) => shortened(text),
  trimMessage: (text) => trimMessage(text),
  mentionAt: (text) => mentionAt(text, text.length, []),
  isBigEmoji: (text) => isBigEmoji(text),
  misleadingLabel: (text) => wire.parse(`[${text}](https://example.com/)`),
};

/** Pieces that a hostile text repeats, and what follows them. */
const hostile: [string, string, string][] = [
  ["", "a", "!"],
  ["", " ", "x"],
  ["", "\n", "x"],
  ["", " \n", "x"],
  ["@a", ".", "a"],
  ["@", "a.", "!"],
  ["@a", "._-", "é"],
  ["", "@", ""],
  ["", "@a", " "],
  ["", "@alice ", ""],
  ["", "`", "a"],
  ["", "```", "a"],
  ["```", " ", "`"],
  ["a ```", " ", "x y"],
  ["", "a ```b\n", ""],
  ["", "a```\n", ""],
  ["", "@a/", ""],
  ["", "www.https://&", ""],
  ["https://a.example/", ",", ""],
  ["", "`a\n", ""],
  ["", "``a", ""],
  ["", "**a", ""],
  ["", "__a ", ""],
  ["", "*a ", ""],
  ["", "_a ", ""],
  ["", "~~a", ""],
  ["", "[a](http://b", ""],
  ["", "[a](http://b)", ""],
  ["", "https://%/a", ""],
  ["", "https://a.b/(([", ""],
  ["", "www.", ""],
  ["", "a@b.", ""],
  ["", "*a_", ""],
  ["", "_*a*_", ""],
  ["", "*_~", ""],
  ["", "**가", ""],
  ["", "가**나", "."],
  ["", "**^", "a"],
  ["", "\\`a`", ""],
  ["", "- ", "a"],
  ["", "- a\n", ""],
  ["", "  - a\n", ""],
  ["", "> ", "a"],
  ["", "> a\n", ""],
  ["", "```a\n", ""],
  ["", "~~~~\n~~~", ""],
  ["", "[", ""],
  ["", "a.", "1"],
  ["", "a-", "."],
  ["", '"', ""],
  ["", '"a ', ""],
  ["", "from:", ""],
  ["", "<", ""],
  ["", "https://", " "],
  ["", ":", " 00:00:0"],
  ["", "a a a a a ", "c"],
  ["", "가", "!"],
  ["", "👨‍👩‍👧", "x"],
  ["", "e\u0301", "!"],
  ["", "=", "!"],
];

/** The length of the shorter text. A quadratic pattern takes far longer than the noise. */
const LENGTH = fixtureSize(10_000, 20_000);
/** Shorter times say more about the machine than about the function. Milliseconds. */
const NOISE_MS = 12;
/** A run this long is no noise, so it needs no repetition. Milliseconds. */
const LONG_MS = 2_000;

const textOf = ([before, piece, after]: [string, string, string], length: number): string =>
  before + piece.repeat(Math.ceil(length / piece.length)) + after;

/**
 * The milliseconds of processor time that this thread has used. Other processes on a busy machine
 * lengthen the elapsed time, but hardly this time.
 */
const usedMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

/**
 * Returns the shortest of a few runs, in processor time: caches and compilation lengthen a run. A
 * short one says enough.
 */
function shortest(run: (text: string) => unknown, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  let times = 0;
  do {
    const start = usedMs();
    run(text);
    best = Math.min(best, usedMs() - start);
    times++;
  } while (times < 3 && best > NOISE_MS && best <= LONG_MS);
  return best;
}

/** Returns whether twice the text takes at most three times as long, in one of a few attempts. */
function isLinear(run: (text: string) => unknown, short: string, long: string): boolean {
  for (let attempt = 0; attempt < 4; attempt++) {
    const double = shortest(run, long);
    if (double <= NOISE_MS || double <= 3 * shortest(run, short) + NOISE_MS) return true;
    if (double > LONG_MS) return false;
  }
  return false;
}

describe("[S126] linear time", () => {
  test.each(Object.entries(functions))("of %s", { timeout: 120_000 }, (_name, run) => {
    const slow = hostile.filter((one) => !isLinear(run, textOf(one, LENGTH), textOf(one, 2 * LENGTH)));
    expect(slow).toEqual([]);
  });

  test("is missed by a quadratic pattern", { timeout: 120_000 }, () => {
    const trim = (text: string) => text.replace(/[._-]+$/, "");
    const pieces: [string, string, string] = ["@a", ".", "a"];
    // Long enough to take far longer than the noise on a fast machine too.
    expect(isLinear(trim, textOf(pieces, 30_000), textOf(pieces, 60_000))).toBe(false);
  });
});

/** Patterns with a repetition before the end that no start holds, and why they take linear time. */
const known: Record<string, string> = {
  "protocol/markup/fences.ts /^(`{3,}|~{3,})([^`\\n]*)$/": "a mark ends the only repetition",
  "protocol/markup/urls.ts /:\\d+$/": "a host has at most 300 characters",
  "web/markdown/excerpt.ts /\\s\\S*$/": "the repetition ends at the next white space, where a new attempt begins",
  "protocol/units.ts /\\B(?=(?:\\d{3})+$)/g": "a number has at most 16 digits",
  "push/web-push.ts /^(mailto:[^\\s@]+@[^\\s@]+|https:\\/\\/\\S+)$/": "the variable of the operator",
};

test("[S126] no other pattern trims the end of a text: it would take quadratic time", () => {
  const root = path.join(import.meta.dirname, "../../src");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
  const found = files.flatMap((file) => {
    const code = readFileSync(path.join(root, file), "utf8");
    const patterns = [...code.matchAll(/\/(?![*/ ])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*/g)];
    return patterns
      .map(([pattern]) => pattern)
      .filter((pattern) => /[+*]\)*\$\)*\/[a-z]*$/.test(pattern) && !/^\/\(?\^[^|]*$/.test(pattern))
      .map((pattern) => `${file} ${pattern}`);
  });
  expect([...new Set(found)].sort()).toEqual(Object.keys(known).sort());
});
