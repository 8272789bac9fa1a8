import { describe, expect, test } from "vitest";
import { permissionsOf, requirePermission } from "../../src/domain/permission";
import { type ChannelKind, type Permission, permission, type Role, role } from "../../src/protocol";

describe("permissions", () => {
  const conversation = ["read", "send", "react", "pin", "edit_own", "delete_own"];
  const membership = [...conversation, "invite"];
  const management = [...membership, "delete_any", "mention_all", "manage"];
  const table: [ChannelKind, Role, string[]][] = [
    ["direct", "owner", conversation],
    ["direct", "admin", conversation],
    ["direct", "member", conversation],
    ["group", "owner", management],
    ["group", "admin", management],
    ["group", "member", membership],
  ];

  test.each(table)("in a %s channel, %s may %j", (kind, who, may) => {
    expect(permissionsOf(kind, who)).toEqual(may);
    for (const one of permission.options) {
      const attempt = () => requirePermission(kind, who, one);
      if (may.includes(one)) expect(attempt).not.toThrow();
      else expect(attempt).toThrow(expect.objectContaining({ code: "forbidden" }));
    }
  });

  test("every role may read, and some role has each permission", () => {
    const held = new Set<Permission>(table.flatMap(([kind, who]) => permissionsOf(kind, who)));
    expect([...held].sort()).toEqual([...permission.options].sort());
    expect(new Set(table.map(([, who]) => who))).toEqual(new Set(role.options));
  });
});
