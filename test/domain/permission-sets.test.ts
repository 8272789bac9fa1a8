// The permissions of direct channels and groups: two sets of data of one resolver.
import { describe, expect, test } from "vitest";
import { permissionsOf, requirePermission, rulesFor } from "../../src/domain/permission-sets";
import {
  type ChannelKind,
  channelKind,
  guildPermission,
  type Permission,
  permission,
  type Role,
  role,
} from "../../src/protocol";

// The literal table from before the resolver. The order is that of the names on the wire.
const conversation: Permission[] = ["read", "send", "react", "pin", "edit_own", "delete_own"];
const membership: Permission[] = [...conversation, "invite"];
const management: Permission[] = [...membership, "delete_any", "mention_all", "manage"];
/** Everyone may call. */
const calls: Permission[] = ["call", "speak", "video", "share"];
type FixedKind = Exclude<ChannelKind, "guild">;
const table: Record<FixedKind, Record<Role, Permission[]>> = {
  direct: {
    owner: [...conversation, ...calls],
    admin: [...conversation, ...calls],
    member: [...conversation, ...calls],
  },
  group: { owner: [...management, ...calls], admin: [...management, ...calls], member: [...membership, ...calls] },
};
const kinds = channelKind.exclude(["guild"]).options;
const pairs = kinds.flatMap((kind) => role.options.map((own) => [kind, own] as const));

describe("permissions of fixed roles", () => {
  test.each(pairs)("in a %s channel, the role %s has what the table says", (kind, own) => {
    const effective = permissionsOf(kind, own);
    expect(effective.names()).toEqual(table[kind][own]);
    for (const one of permission.options) {
      const may = table[kind][own].includes(one);
      expect(effective.has(one)).toBe(may);
      const attempt = () => requirePermission(effective, one);
      if (may) expect(attempt).not.toThrow();
      else expect(attempt).toThrow(expect.objectContaining({ code: "forbidden" }));
    }
  });

  test("are resolved once: a check gets the same value every time", () => {
    for (const [kind, own] of pairs) expect(permissionsOf(kind, own)).toBe(permissionsOf(kind, own));
  });

  test("do not exist in a guild, whose roles are rows", () => {
    expect(() => permissionsOf("guild", "owner")).toThrow(RangeError);
    expect(() => rulesFor("guild")).toThrow(RangeError);
  });

  test("every permission is held by some role, or is one of guilds", () => {
    const fixed = pairs.flatMap(([kind, own]) => permissionsOf(kind, own).names());
    const held = new Set([...fixed, ...guildPermission.options]);
    expect([...held].sort()).toEqual([...permission.options].sort());
  });
});
