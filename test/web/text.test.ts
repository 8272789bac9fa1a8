import { describe, expect, it } from "vitest";
import { adminWords } from "../../src/web/admin/words";
import { charactersLeft, tidy } from "../../src/web/composer/length";
import { managingWords, muteWords } from "../../src/web/details/words";
import { notificationsWords } from "../../src/web/notifications/words";
import { initialOf, toneOf } from "../../src/web/people/appearance";
import { faceOf, nameOf } from "../../src/web/people/channel-face";
import { findWords } from "../../src/web/people/find-words";
import { foldHandle, withoutAt } from "../../src/web/people/handle";
import { searchWords } from "../../src/web/search/words";
import { deviceName } from "../../src/web/settings/device-name";
import { exportName } from "../../src/web/settings/export-name";
import { accountWords, settingsWords } from "../../src/web/settings/words";
import { signInWords } from "../../src/web/sign-in/words";
import { en } from "../../src/web/text/en";
import { ko } from "../../src/web/text/ko";
import { pushedEn } from "../../src/web/text/pushed-en";
import { pushedKo } from "../../src/web/text/pushed-ko";

/** Every phrase with its path; functions are called with plain values. */
function phrases(words: object, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] => {
    if (typeof value === "function") return [[`${path}${key}`, String(value("7", "9"))]];
    if (typeof value === "string") return [[`${path}${key}`, value]];
    return phrases(value, `${path}${key}.`);
  });
}

describe.each([
  ["the page", { en, ko }],
  ["the search", searchWords],
  ["the way in", signInWords],
  ["managing groups", managingWords],
  ["finding people", findWords],
  ["silence", muteWords],
  ["turning notifications on", notificationsWords],
  ["a notification", { en: pushedEn, ko: pushedKo }],
  ["the settings", settingsWords],
  ["the account", accountWords],
  ["the operator", adminWords],
])("the dictionaries of %s", (_, words) => {
  it("say the same things", () => {
    expect(phrases(words.ko).map(([path]) => path)).toEqual(phrases(words.en).map(([path]) => path));
  });

  it("leave no phrase empty, and none in the wrong language", () => {
    for (const [path, phrase] of [...phrases(words.en), ...phrases(words.ko)]) expect(phrase.trim(), path).not.toBe("");
    for (const [path, phrase] of phrases(words.ko))
      if (path !== "app.name") expect(phrase, path).toMatch(/\p{Script=Hangul}/u);
    for (const [path, phrase] of phrases(words.en)) expect(phrase, path).not.toMatch(/\p{Script=Hangul}/u);
  });
});

describe("phrases", () => {
  it("mention what they were given", () => {
    expect(ko.chat.introPerson("지수")).toContain("지수 님과");
    expect(findWords.en.nobody("alice")).toContain("@alice");
    expect(accountWords.en.staysHandle("alice", 30)).toContain("@alice is taken for 30 days");
  });
});

describe("what was typed", () => {
  it("loses blank lines around it and keeps the first line's indentation", () => {
    expect(tidy("\n  \n  code\n  more \n\n")).toBe("  code\n  more");
    expect(tidy(" \n\t")).toBe("");
  });

  it("is counted near the limit, in characters and not in code units", () => {
    expect(charactersLeft("a".repeat(90_000))).toBeNull();
    expect(charactersLeft("a".repeat(99_000))).toBe(1_000);
    expect(charactersLeft("a".repeat(100_001))).toBe(-1);
    expect(charactersLeft("😀".repeat(99_990))).toBe(10);
    expect(charactersLeft("😀".repeat(60_000))).toBeNull();
  });

  it("is a handle with or without its sign", () => {
    expect(foldHandle(" @Alice ")).toBe("alice");
    expect(withoutAt("@@alice")).toBe("alice");
  });
});

describe("people and devices", () => {
  it("wear the first whole character of their name", () => {
    expect(initialOf("alice")).toBe("A");
    expect(initialOf(" 김민아")).toBe("김");
    expect(initialOf("👩‍🚀 Ada")).toBe("👩‍🚀");
    expect(initialOf("")).toBe("?");
  });

  it("keep their tone", () => {
    expect(toneOf("u_alice")).toBe(toneOf("u_alice"));
    for (const id of ["u_1", "u_2", "", "u_zzz"]) expect(toneOf(id)).toBeLessThan(8);
  });

  it("are recognised by what their browser calls itself", () => {
    const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36";
    expect(deviceName(chrome)).toBe("Chrome · Windows");
    expect(deviceName("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1")).toBe(
      "Safari · iPhone",
    );
    expect(deviceName("parley-bot/1.2")).toBe("parley-bot/1.2");
    expect(deviceName(" ")).toBeNull();
  });

  it("who are gone have neither name nor handle", () => {
    const gone = { id: "u_bob", handle: "", name: "" };
    const entry = {
      ...{ id: "c_1", kind: "direct" as const, name: "", topic: "", history: "all" as const, createdBy: "u_alice" },
      members: [{ id: "u_alice", handle: "alice", name: "Alice" }, gone],
      roster: [],
      row: {
        channel: "c_1",
        life: 1,
        head: 0,
        preview: null,
        read: 0,
        unreadFrom: null,
        unread: 0,
        mentions: 0,
        at: 0,
      },
      mutedUntil: 0,
      level: "all" as const,
    };
    expect(faceOf(entry, "u_alice", en)).toMatchObject({ name: "Deleted account", handle: null, isGone: true });
    expect(nameOf(entry.members, "u_bob", ko)).toBe("삭제된 계정");
    expect(nameOf(entry.members, "u_carol", en)).toBe("Unknown person");
  });

  it("take their data away under a name that says whose it is and of when", () => {
    expect(exportName("alice", new Date(2026, 0, 9, 23, 59).getTime())).toBe("parley-export-alice-2026-01-09.json");
  });
});
