// Who may change a group and its members, for every pair of roles.
import { describe, expect, test } from "vitest";
import {
  authoriseGroupChange,
  type GroupChange,
  permittedPairs,
  permittedRoles,
} from "../../src/domain/member-permission";
import { type Role, role } from "../../src/protocol";

const roles = role.options;
const managers: Role[] = ["owner", "admin"];

describe("changes of a group", () => {
  test.each<[string, GroupChange, Role[]]>([
    ["leave", { kind: "leave" }, ["owner", "admin", "member"]],
    ["add a member", { kind: "add", role: "member" }, ["owner", "admin", "member"]],
    ["add an admin", { kind: "add", role: "admin" }, ["owner"]],
    ["add an owner", { kind: "add", role: "owner" }, []],
    ["change the name or the topic", { kind: "edit" }, managers],
    ["delete the group", { kind: "delete" }, ["owner"]],
    ["remove a member", { kind: "remove", role: "member" }, managers],
    ["remove an admin", { kind: "remove", role: "admin" }, ["owner"]],
    ["remove the owner", { kind: "remove", role: "owner" }, []],
  ])("%s", (_name, change, may) => {
    expect(permittedRoles(change)).toEqual(roles.filter((one) => may.includes(one)));
    for (const mine of roles) {
      const attempt = () => authoriseGroupChange("group", mine, change);
      if (may.includes(mine)) expect(attempt).not.toThrow();
      else expect(attempt).toThrow(expect.objectContaining({ code: "forbidden" }));
    }
  });

  test("only the owner assigns roles, and never that of the owner", () => {
    for (const from of roles) {
      for (const to of roles) {
        expect(permittedRoles({ kind: "assign", from, to })).toEqual(from === "owner" ? [] : ["owner"]);
      }
    }
  });

  test("a member is removed only by a higher rank", () => {
    expect(permittedPairs((theirs) => ({ kind: "remove", role: theirs }))).toEqual([
      ["owner", "admin"],
      ["owner", "member"],
      ["admin", "member"],
    ]);
  });

  test.each(roles)("nobody changes a direct channel, not with the role %s", (mine) => {
    const changes: GroupChange[] = [{ kind: "leave" }, { kind: "edit" }, { kind: "delete" }];
    const ofMembers = roles.flatMap((theirs): GroupChange[] => [
      { kind: "add", role: theirs },
      { kind: "remove", role: theirs },
      { kind: "assign", from: theirs, to: "admin" },
    ]);
    for (const change of [...changes, ...ofMembers]) {
      expect(() => authoriseGroupChange("direct", mine, change)).toThrow(
        expect.objectContaining({ code: "channel_is_direct" }),
      );
    }
  });
});
