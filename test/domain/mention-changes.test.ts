// Whom an edit mentions for the first time.
import { describe, expect, test } from "vitest";
import { isMentionedIn, newlyMentioned, unionOf } from "../../src/domain/mention-changes";
import { type Mentions, noMentions } from "../../src/protocol";

const of = (...users: string[]): Mentions => ({ users, all: null });
const all = (word: "here" | "channel", ...users: string[]): Mentions => ({ users, all: word });
const members = ["u_a", "u_b", "u_c"];

describe("[S172] an edit newly mentions", () => {
  test.each<[string, Mentions, Mentions, string[]]>([
    ["nobody without mentions", noMentions, noMentions, []],
    ["whom no text mentioned", of("u_a"), of("u_a", "u_b"), ["u_b"]],
    ["nobody whom an earlier text mentioned", of("u_a", "u_b"), of("u_b"), []],
    ["everybody else with @channel", of("u_a"), all("channel"), ["u_b", "u_c"]],
    ["nobody after @here", all("here"), all("channel", "u_b"), []],
    ["nobody by name after @channel", all("channel"), of("u_c"), []],
  ])("%s", (_, before, after, users) => {
    expect(newlyMentioned(before, after, members)).toEqual(users);
  });
});

test("what several texts mention is the union of them", () => {
  expect(unionOf(of("u_a", "u_b"), of("u_b", "u_c"))).toEqual(of("u_a", "u_b", "u_c"));
  expect(unionOf(all("here", "u_a"), of("u_b"))).toEqual(all("here", "u_a", "u_b"));
  expect(unionOf(all("here"), all("channel"))).toEqual(all("channel"));
  expect(unionOf(of("u_a"), noMentions)).toEqual(of("u_a"));
});

test("a person is mentioned by name or with everyone", () => {
  expect(isMentionedIn(of("u_a"), "u_a")).toBe(true);
  expect(isMentionedIn(of("u_a"), "u_b")).toBe(false);
  expect(isMentionedIn(all("here"), "u_b")).toBe(true);
});
