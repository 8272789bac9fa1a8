import { describe, expect, it } from "vitest";
import type { Profile } from "../../src/protocol";
import { emoji as emojiRule } from "../../src/protocol";
import type { ChannelNotice } from "../../src/sdk";
import { dictionaries } from "../../src/text/dictionary";
import { receiptOf } from "../../src/web/chat/message-receipt";
import { noticeLines } from "../../src/web/chat/notice-lines";
import { candidatesFor, completeMention, mentionAt } from "../../src/web/composer/mention";
import { findEmoji } from "../../src/web/emoji/emoji-search";
import { emojis } from "../../src/web/emoji/names";
import { mentionedIn, splitMentions } from "../../src/web/markdown/mention";

const { en } = dictionaries;

const alice: Profile = { id: "u_alice", handle: "alice", name: "Alice Liddell" };
const bob: Profile = { id: "u_bob", handle: "bob.b", name: "밥 도시락" };
const carol: Profile = { id: "u_carol", handle: "carol", name: "Carol" };
const people = [alice, bob, carol];

describe("an unfinished mention", () => {
  it("ends at the caret and begins after a space or at the start", () => {
    expect(mentionAt("@al", 3)).toEqual({ at: 0, typed: "al" });
    expect(mentionAt("hi @", 4)).toEqual({ at: 3, typed: "" });
    expect(mentionAt("hi @밥 there", 5)).toEqual({ at: 3, typed: "밥" });
    expect(mentionAt("mail a@b", 8)).toBeNull();
    expect(mentionAt("@al ice", 7)).toBeNull();
  });

  it("finds people by handle, name and later words, and @here and @channel only if allowed", () => {
    const found = (typed: string, all = false) =>
      candidatesFor(typed, people, all).map((one) => (one.kind === "person" ? one.person.handle : one.kind));
    expect(found("al")).toEqual(["alice"]);
    expect(found("lid")).toEqual(["alice"]);
    expect(found("도시")).toEqual(["bob.b"]);
    expect(found("")).toEqual(["alice", "bob.b", "carol"]);
    expect(found("c", true)).toEqual(["carol", "channel"]);
    expect(found("zz", true)).toEqual([]);
  });

  it("is completed in place, followed by one space", () => {
    expect(completeMention("hi @al, ok", { at: 3, typed: "al" }, { kind: "person", person: alice })).toEqual({
      text: "hi @alice , ok",
      caret: 10,
    });
    expect(completeMention("@he now", { at: 0, typed: "he" }, { kind: "here" })).toEqual({
      text: "@here now",
      caret: 6,
    });
  });
});

describe("a mention in a text", () => {
  const mentioned = mentionedIn({ users: ["u_alice", "u_bob"], all: null }, people, "u_alice");

  it("is highlighted only if the server found it, and differs for me and others", () => {
    expect(splitMentions("hey @Alice, @bob.b. and @carol", mentioned)).toEqual([
      { text: "hey ", target: null },
      { text: "@Alice", target: "me" },
      { text: ", ", target: null },
      { text: "@bob.b", target: "other" },
      { text: ". and @carol", target: null },
    ]);
  });

  it("is not found inside an address or a longer handle", () => {
    expect(splitMentions("x@alice @alicette", mentioned)).toEqual([{ text: "x@alice @alicette", target: null }]);
  });
});

describe("emoji", () => {
  it("are found in English and in Korean, best match first", () => {
    expect(findEmoji(emojis, "heart")[0]?.emoji).toBe("❤️");
    expect(findEmoji(emojis, "박수")[0]?.emoji).toBe("👏");
    expect(findEmoji(emojis, "qqqq")).toEqual([]);
    expect(findEmoji(emojis, " ")).toHaveLength(emojis.length);
  });

  it("are unique and accepted by the server", () => {
    expect(new Set(emojis.map(({ emoji }) => emoji)).size).toBe(emojis.length);
    const refused = emojis.filter(({ emoji, en, ko }) => !emojiRule.safeParse(emoji).success || en === "" || ko === "");
    expect(refused).toEqual([]);
  });
});

describe("notices as sentences", () => {
  const context = { me: "u_alice", name: (id: string) => people.find((one) => one.id === id)?.name ?? "?" };
  const joined = (seq: number, actor: string, user: string): ChannelNotice => ({
    seq,
    at: 0,
    actor,
    type: "member.joined",
    data: { user, role: "member" },
  });

  it("name people whom one person added in a row together", () => {
    const lines = noticeLines(
      [joined(1, "u_bob", "u_bob"), joined(2, "u_bob", "u_alice"), joined(3, "u_bob", "u_carol")],
      context,
      en,
    );
    expect(lines.map(({ text }) => text)).toEqual(["밥 도시락 joined", "밥 도시락 added Alice Liddell, Carol"]);
  });

  it("distinguish leaving and removal, and me and others", () => {
    const lines = noticeLines(
      [
        { seq: 1, at: 0, actor: "u_bob", type: "member.left", data: { user: "u_bob" } },
        { seq: 2, at: 0, actor: "u_alice", type: "member.left", data: { user: "u_carol" } },
        { seq: 3, at: 0, actor: "u_alice", type: "channel.changed", data: { name: "Dawn", topic: "" } },
      ],
      context,
      en,
    );
    expect(lines.map(({ text }) => text)).toEqual([
      "밥 도시락 left",
      "You removed Carol",
      "You changed the group’s details: Dawn",
    ]);
  });
});

describe("the receipt of a message", () => {
  const marks = { reads: { u_alice: 9, u_bob: 5 }, delivered: { u_bob: 7, u_carol: 6 } };

  it("is that of the furthest other member", () => {
    expect(receiptOf(5, marks, "u_alice", true)).toEqual({ state: "read", isGroup: true, readers: ["u_bob"] });
    expect(receiptOf(6, marks, "u_alice", true).state).toBe("delivered");
    expect(receiptOf(8, marks, "u_alice", true).state).toBe("sent");
    expect(receiptOf(null, marks, "u_alice", false).state).toBe("sent");
  });
});
