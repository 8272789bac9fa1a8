import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { limits } from "../../src/protocol";
import { accountText } from "../../src/text/account";
import { adminText } from "../../src/text/admin";
import { detailsText } from "../../src/text/details";
import { dictionaries } from "../../src/text/dictionary";
import { errorsText } from "../../src/text/errors";
import { newChatText } from "../../src/text/new-chat";
import { notificationText } from "../../src/text/notification";
import { notificationSettingsText } from "../../src/text/notification-settings";
import { requestsText } from "../../src/text/requests";
import { searchText } from "../../src/text/search";
import { settingsText } from "../../src/text/settings";
import { signInText } from "../../src/text/sign-in";

/** Returns every phrase with its path. Functions are called with plain values. */
function phrases(words: object, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] => {
    if (typeof value === "function") return [[`${path}${key}`, String(value("7", "9"))]];
    if (typeof value === "string") return [[`${path}${key}`, value]];
    return phrases(value, `${path}${key}.`);
  });
}

describe.each([
  ["every page", dictionaries],
  ["the requests", requestsText],
  ["the search", searchText],
  ["sign-in", signInText],
  ["the details of a chat", detailsText],
  ["a new chat", newChatText],
  ["the notification settings", notificationSettingsText],
  ["a notification", notificationText],
  ["the settings", settingsText],
  ["the account", accountText],
  ["the operator's page", adminText],
  ["errors", errorsText],
])("the texts of %s", (_, texts) => {
  it("have the same phrases in both languages", () => {
    expect(phrases(texts.ko).map(([path]) => path)).toEqual(phrases(texts.en).map(([path]) => path));
  });

  it("have no empty phrase and no phrase in the wrong language", () => {
    for (const [path, phrase] of [...phrases(texts.en), ...phrases(texts.ko)]) expect(phrase.trim(), path).not.toBe("");
    for (const [path, phrase] of phrases(texts.ko))
      if (path !== "app.name" && path !== "language") expect(phrase, path).toMatch(/\p{Script=Hangul}/u);
    for (const [path, phrase] of phrases(texts.en)) expect(phrase, path).not.toMatch(/\p{Script=Hangul}/u);
  });
});

describe("phrases", () => {
  it("contain the values they are given", () => {
    expect(dictionaries.ko.chat.introPerson("지수")).toContain("지수 님과");
    expect(newChatText.en.nobody("alice")).toContain("@alice");
    expect(accountText.en.staysHandle("alice", 30)).toContain("@alice is taken for 30 days");
  });

  it("distinguish one from many", () => {
    const { chat, chats, message, groups } = dictionaries.en;
    expect([chat.latestNew(1), chat.latestNew(2)]).toEqual(["1 new message", "2 new messages"]);
    expect([message.replies(1), groups.members(1)]).toEqual(["1 reply", "1 member"]);
    expect([chats.unread(99), chats.unread(100)]).toEqual(["99 unread", "99+ unread"]);
    expect([detailsText.en.notifications.forHours(1), detailsText.en.notifications.forHours(8)]).toEqual([
      "For 1 hour",
      "For 8 hours",
    ]);
  });

  it("state the limits that the server enforces", () => {
    for (const errors of Object.values(errorsText)) {
      expect(errors.group_full).toContain(String(limits.groupMembers));
      expect(errors.too_many_reactions).toContain(String(limits.reactionsPerMessage));
      expect(errors.too_many_drafts).toContain(String(limits.drafts));
      expect(errors.too_many_mentions).toContain(String(limits.mentionsPerMessage));
      expect(errors.too_many_pins).toContain(String(limits.pinsPerChannel));
    }
  });
});

/**
 * Returns the string and template literals of a source file, without comments and without `${…}`.
 */
function literalsOf(source: string): string[] {
  let code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  for (let inner = ""; inner !== code; ) {
    inner = code;
    code = code.replace(/\$\{[^{}]*\}/g, "…");
  }
  return code.match(/"(?:[^"\\\n]|\\.)*"|`[^`]*`/g) ?? [];
}

describe("a number in a text", () => {
  const folder = path.join(import.meta.dirname, "../../src/text");
  const sources = readdirSync(folder)
    .map((file) => [file, readFileSync(path.join(folder, file), "utf8")] as const)
    .filter(([, source]) => source.includes("Translation<typeof en>"));

  it.each(sources)("is derived from a limit or passed in: %s", (_, source) => {
    // ":00" are the minutes of a full hour.
    expect(literalsOf(source).filter((literal) => /\d/.test(literal.replace("…:00", "")))).toEqual([]);
  });

  it("is found where it is typed into a text", () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(literalsOf('full: "At most 100",\n// 5 "6"\n')).toEqual(['"At most 100"']);
    expect(literalsOf(`(n) => \`\${n === 1 ? \`\${n + 2}\` : "no"} of 50\``)).toEqual(["`… of 50`"]);
  });
});
