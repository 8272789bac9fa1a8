// Which roles a text mentions.
import { describe, expect, test } from "vitest";
import { countMentions, namedRoles } from "../../../src/protocol";

const members = new Map(["bob", "lead", "minji"].map((handle) => [handle, handle]));
const role = (name: string, users: string[], mentionable = true) => ({ id: `r_${name}`, name, mentionable, users });
const roles = namedRoles([
  role("Night Shift", ["bob", "minji"]),
  role("Night", ["minji"]),
  role("운영진", ["bob"]),
  role("Lead", ["minji"]),
  role("Staff", ["bob"], false),
  role("Empty", []),
  role("everyone", ["bob"]),
  role("here", ["bob"]),
  role("night", ["bob"]),
]);
const found = (text: string, mayMentionAll = false) => countMentions(text, members, mayMentionAll, roles).mentions;

describe("[S198] a mention of a role", () => {
  test.each([
    ["@Night Shift please", ["r_Night Shift"], ["bob", "minji"]],
    ["@night shift, and @night", ["r_Night Shift", "r_Night"], ["bob", "minji"]],
    ["@Night Shifts", ["r_Night"], ["minji"]],
    ["@운영진은 봐 주세요", ["r_운영진"], ["bob"]],
    ["질문@운영진 @bob", ["r_운영진"], ["bob"]],
    ["**@운영진**", ["r_운영진"], ["bob"]],
  ])("in %j", (text, ids, users) => {
    expect(found(text)).toEqual({ users: expect.arrayContaining(users), all: null, roles: ids });
    expect(found(text).users).toHaveLength(users.length);
  });

  test.each([
    ["@Nights", "it is another word"],
    ["`@Night` > @Night", "it is code"],
    ["> @Night", "it is a quote"],
    ["a@Night", "it is an address"],
    ["@Staff", "the role is not mentionable"],
    ["@Empty", "nobody has the role"],
    ["@everyone @here", "these words are no roles"],
  ])("is not in %j, because %s", (text) => {
    expect(found(text.replace(/ > .*/, ""))).toEqual({ users: [], all: null });
  });

  test("is one of a role that is not mentionable for those who may mention everyone", () => {
    expect(found("@Staff", true)).toEqual({ users: ["bob"], all: null, roles: ["r_Staff"] });
  });

  test("gives way to a person with a handle that is as long", () => {
    expect(found("@lead")).toEqual({ users: ["lead"], all: null });
  });

  test("counts once for the limit of a message, however many have the role", () => {
    expect(countMentions("@Night Shift @night shift @Lead @bob", members, false, roles).names).toBe(3);
  });
});
