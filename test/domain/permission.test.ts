// The order in which permissions are resolved. Each row has a case in which the order decides.
import { describe, expect, test } from "vitest";
import {
  type PermissionMember,
  type PermissionOverride,
  type PermissionRules,
  rankOf,
  resolvePermissions,
} from "../../src/domain/permission";
import { type GuildLikeName, guildLike } from "./permission-support";

const words = (...names: GuildLikeName[]) => guildLike.wordsOf(names);
const roles = new Map([
  ["everyone", { position: 0, permissions: words("view", "history", "send", "react") }],
  ["writer", { position: 2, permissions: words("send", "attach") }],
  ["guest", { position: 1, permissions: words() }],
  ["helper", { position: 5, permissions: words("manage") }],
  ["root", { position: 9, permissions: words("administrator") }],
]);
const rulesWith = (...overrides: PermissionOverride[]): PermissionRules<GuildLikeName> => {
  return { list: guildLike, owner: "u_owner", everyone: "everyone", roles, overrides };
};
const member = (own: string[] = [], isTimedOut = false): PermissionMember => {
  return { user: "u_alice", roles: own, isTimedOut };
};
const owner: PermissionMember = { user: "u_owner", roles: [], isTimedOut: false };

const override = (of: "role" | "member", id: string, change: Partial<Record<"allow" | "deny", GuildLikeName[]>>) => {
  return { of, id, allow: words(...(change.allow ?? [])), deny: words(...(change.deny ?? [])) };
};
const ofEveryone = (change: Partial<Record<"allow" | "deny", GuildLikeName[]>>) => override("role", "everyone", change);
const denyAll = { deny: [...guildLike.names] };

type Row = [string, PermissionOverride[], PermissionMember, GuildLikeName[]];
const all = [...guildLike.names];

const rows: Row[] = [
  ["the owner has everything without a role", [], owner, all],
  [
    "the owner skips every override",
    [ofEveryone(denyAll), override("member", "u_owner", denyAll)],
    { ...owner, isTimedOut: true },
    all,
  ],
  ["the base is that of everyone", [], member(), ["view", "history", "send", "react"]],
  [
    "a role adds to the base and takes nothing away",
    [],
    member(["guest", "writer"]),
    ["view", "history", "send", "attach", "react"],
  ],
  [
    "an administrator has everything, and skips every override and the time-out",
    [ofEveryone(denyAll), override("role", "root", denyAll), override("member", "u_alice", denyAll)],
    member(["root"], true),
    all,
  ],
  [
    "no override makes an administrator",
    [
      override("member", "u_alice", { allow: ["administrator"] }),
      override("role", "guest", { allow: ["administrator"] }),
    ],
    member(["guest"]),
    ["view", "history", "send", "react"],
  ],
  [
    "the override of everyone changes what roles grant",
    [ofEveryone({ deny: ["attach"] })],
    member(["writer"]),
    ["view", "history", "send", "react"],
  ],
  [
    "an override of everyone that allows beats its own denial",
    [ofEveryone({ allow: ["react"], deny: ["react"] })],
    member(),
    ["view", "history", "send", "react"],
  ],
  [
    "the override of a role beats that of everyone",
    [override("role", "writer", { allow: ["send"] }), ofEveryone({ deny: ["send", "react"] })],
    member(["writer"]),
    ["view", "history", "send", "attach"],
  ],
  [
    "a denial of a role beats a grant of everyone",
    [override("role", "guest", { deny: ["react"] }), ofEveryone({ allow: ["react"] })],
    member(["guest"]),
    ["view", "history", "send"],
  ],
  [
    "among roles a grant beats a denial, whatever their positions",
    [override("role", "guest", { allow: ["react"] }), override("role", "helper", { deny: ["react", "manage"] })],
    member(["guest", "helper"]),
    ["view", "history", "send", "react"],
  ],
  [
    "a denial of the member beats grants of roles",
    [override("member", "u_alice", { deny: ["react"] }), override("role", "guest", { allow: ["react"] })],
    member(["guest"]),
    ["view", "history", "send"],
  ],
  [
    "a grant of the member beats denials of roles",
    [override("member", "u_alice", { allow: ["react"] }), override("role", "guest", { deny: ["react"] })],
    member(["guest"]),
    ["view", "history", "send", "react"],
  ],
  [
    "the overrides of other members and roles change nothing",
    [override("member", "u_bob", denyAll), override("role", "helper", denyAll), override("role", "u_alice", denyAll)],
    member(["guest"]),
    ["view", "history", "send", "react"],
  ],
  [
    "an override of a role that does not exist changes nothing",
    [override("role", "deleted", { allow: ["manage"] })],
    member(["deleted"]),
    ["view", "history", "send", "react"],
  ],
  [
    "a member who names the role of everyone gets its override once, before those of roles",
    [override("role", "guest", { deny: ["react"] }), ofEveryone({ allow: ["react"] })],
    member(["everyone", "guest"]),
    ["view", "history", "send"],
  ],
  [
    "without view there is nothing, even what the member's override grants",
    [ofEveryone({ deny: ["view"] }), override("member", "u_alice", { allow: ["manage", "react"] })],
    member(["writer"]),
    [],
  ],
  [
    "a grant of view after a denial brings the rest back",
    [ofEveryone({ deny: ["view"] }), override("member", "u_alice", { allow: ["view"] })],
    member(),
    ["view", "history", "send", "react"],
  ],
  [
    "without send the permissions that depend on it are lost, also through another one",
    [override("member", "u_alice", { deny: ["send"], allow: ["mention_all", "thread", "thread_pin", "manage"] })],
    member(["writer"]),
    ["view", "history", "react", "manage"],
  ],
  [
    "a time-out leaves view and history, whatever an override grants",
    [override("member", "u_alice", { allow: ["send", "manage"] })],
    member(["writer"], true),
    ["view", "history"],
  ],
  ["a time-out brings nothing back", [ofEveryone({ deny: ["history"] })], member([], true), ["view"]],
  ["a time-out without view leaves nothing", [ofEveryone({ deny: ["view"] })], member([], true), []],
];

describe("the order of resolution", () => {
  test.each(rows)("%s", (_name, overrides, who, may) => {
    const effective = resolvePermissions(rulesWith(...overrides), who);
    expect(effective.names()).toEqual(guildLike.names.filter((name) => may.includes(name)));
    for (const name of guildLike.names) expect(effective.has(name)).toBe(may.includes(name));
  });

  test("without an owner, an administrator and the role of everyone a member has nothing", () => {
    const rules = { ...rulesWith(), owner: null, roles: new Map() };
    expect(resolvePermissions(rules, owner).names()).toEqual([]);
  });
});

describe("the rank of a member", () => {
  const rules = rulesWith();

  test("is the position of the highest role, and the owner's is above all", () => {
    expect(rankOf(rules, member())).toBe(0);
    expect(rankOf(rules, member(["guest"]))).toBe(1);
    expect(rankOf(rules, member(["writer", "helper", "guest"]))).toBe(5);
    expect(rankOf(rules, member(["deleted"]))).toBe(0);
    expect(rankOf(rules, { ...owner, roles: ["guest"] })).toBe(Number.POSITIVE_INFINITY);
    expect(rankOf({ ...rules, owner: null }, { ...owner, roles: ["guest"] })).toBe(1);
  });
});
