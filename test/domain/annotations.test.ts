// The rules of annotations that commands alone do not show: who follows a thread that is full.
import { expect, test } from "vitest";
import { addFollowers, follow, noAnnotations } from "../../src/domain/annotations";
import { limits } from "../../src/protocol";

const people = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

test("[S73] followers who left make room for members, the oldest first", () => {
  const former = people("former", limits.groupMembers - 1);
  const members = new Set(["alice", "bob", "carol"]);
  const followers = addFollowers(["alice", ...former], ["bob", "carol"], (user) => members.has(user));
  expect(followers).toHaveLength(limits.groupMembers);
  expect(followers).toEqual(["alice", ...former.slice(2), "bob", "carol"]);
  const replies = { ...noAnnotations.replies, followers };
  expect(follow(replies, "dave", 9, (user) => user === "dave" || members.has(user)).followers.at(-1)).toBe("dave");
});

test("[S73] every member of a full group follows, although all have followed before", () => {
  const members = people("member", limits.groupMembers);
  const followers = members.reduce(
    (before, member) => addFollowers(before, [member], (user) => members.includes(user)),
    people("former", limits.groupMembers),
  );
  expect(new Set(followers)).toEqual(new Set(members));
});

test("[S73] someone who follows already keeps their place", () => {
  expect(addFollowers(["alice", "bob"], ["alice"], (user) => ["alice", "bob"].includes(user))).toEqual([
    "alice",
    "bob",
  ]);
});
