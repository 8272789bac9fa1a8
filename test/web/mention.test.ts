import { describe, expect, it } from "vitest";
import { limits, type Profile } from "../../src/protocol";
import { candidatesFor, completeMention, excessMentions, mentionAt } from "../../src/web/composer/mention";
import { mentionedIn, splitMentions } from "../../src/web/markdown/mention";

const alice: Profile = { id: "u_alice", handle: "alice", name: "Alice Liddell" };
const bob: Profile = { id: "u_bob", handle: "bob.b", name: "밥 도시락" };
const carol: Profile = { id: "u_carol", handle: "carol", name: "Carol" };
const people = [alice, bob, carol];

describe("an unfinished mention", () => {
  it("ends at the caret and begins after a space or at the start", () => {
    expect(mentionAt("@al", 3, people)).toEqual({ at: 0, typed: "al" });
    expect(mentionAt("hi @", 4, people)).toEqual({ at: 3, typed: "" });
    expect(mentionAt("hi @밥 there", 5, people)).toEqual({ at: 3, typed: "밥" });
    expect(mentionAt("안녕@al", 5, people)).toEqual({ at: 2, typed: "al" });
    expect(mentionAt("@carol/@al", 10, people)).toEqual({ at: 7, typed: "al" });
    for (const text of ["mail a@b", "> @b", "`@b", "```\n@b"]) {
      const end = text.startsWith(">") ? "" : text.startsWith("```") ? "\n```" : "`";
      expect(mentionAt(text + end, text.length, people), text).toBeNull();
    }
    expect(mentionAt("@al ice", 7, people)).toBeNull();
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
  const split = (text: string) => splitMentions({ text, before: "" }, mentioned);

  it("is highlighted behind a word for everyone that mentions nobody", () => {
    expect(split("@here/@alice").map(({ target }) => target)).toEqual([null, "me"]);
  });

  it("is highlighted only if the server found it, and differs for me and others", () => {
    expect(split("hey @Alice, @bob.b. and @carol")).toEqual([
      { text: "hey ", target: null },
      { text: "@Alice", target: "me" },
      { text: ", ", target: null },
      { text: "@bob.b", target: "other" },
      { text: ". and @carol", target: null },
    ]);
  });

  it("is not found inside an address or a longer handle", () => {
    expect(split("x@alice @alicette")).toEqual([{ text: "x@alice @alicette", target: null }]);
  });
});

describe("what the server does not mention", () => {
  const here: Profile = { id: "u_here", handle: "here", name: "Here Smith" };

  it("is not offered: an account whose handle is a reserved word", () => {
    expect(candidatesFor("here", [here, alice], false)).toEqual([]);
    expect(candidatesFor("he", [here, alice], true)).toEqual([{ kind: "here" }]);
  });

  it("is counted as the server counts: people, each once, outside of code", () => {
    const crowd = Array.from({ length: limits.mentionsPerMessage + 1 }, (_, i): Profile => {
      return { id: `u_${i}`, handle: `person${i}`, name: `Person ${i}` };
    });
    const text = crowd.map(({ handle }) => `@${handle}`).join(" ");
    expect(excessMentions(text, crowd)).toBe(limits.mentionsPerMessage + 1);
    expect(excessMentions(text, crowd.slice(1))).toBeNull();
    expect(excessMentions(`\`${text}\``, crowd)).toBeNull();
    expect(excessMentions("@person1 ".repeat(100), crowd)).toBeNull();
  });
});
