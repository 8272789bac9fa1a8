// The rules of the hierarchy, held against a slow reference that is written from the sentences:
// nobody grants or takes a permission that they lack; nobody changes a role, a member or an
// override at or above their own rank; the owner is bound by neither.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ChatError } from "../../src/domain/error";
import {
  authoriseGuild,
  authoriseGuildChannel,
  authoriseNewOverrides,
  authoriseNewType,
  type GuildChange,
  noOverride,
  orderOf,
} from "../../src/domain/guild-authority";
import { denialOf, everyoneOf, guildMember, guildPermissions, rulesOfChannel } from "../../src/domain/guild-mirror";
import { successorOf } from "../../src/domain/guild-succession";
import { type PermissionMember, rankOf, resolvePermissions } from "../../src/domain/permission";
import { EffectivePermissions, type PermissionWords } from "../../src/domain/permission-list";
import { type GuildPermission, guildChannelType } from "../../src/protocol";

const RUNS = { numRuns: 3_000 };
const GUILD = "g_1";
const EVERYONE = everyoneOf(GUILD);
const roleIds = ["r_low", "r_mid", "r_high", "r_top"];
const users = ["u_owner", "u_me", "u_other"];

const namesArb = fc.subarray([...guildPermissions.names]);
/** Most roles have few permissions, and few are administrators. */
const fewArb = fc.oneof(
  { weight: 8, arbitrary: namesArb.map((names) => names.filter((name) => name !== "administrator")) },
  { weight: 1, arbitrary: namesArb },
);
const sceneArb = fc.record({
  everyone: fewArb,
  permissions: fc.tuple(fewArb, fewArb, fewArb, fewArb),
  me: fc.constantFrom(...users),
  mine: fc.subarray(roleIds),
  subject: fc.constantFrom(...users),
  theirs: fc.subarray(roleIds),
  role: fc.constantFrom(...roleIds, EVERYONE),
  wanted: fewArb,
  type: fc.constantFrom(...guildChannelType.options),
  override: fc.record({ target: fc.constantFrom(...roleIds, EVERYONE, ...users), allow: namesArb, deny: namesArb }),
});
type Scene = (typeof sceneArb extends fc.Arbitrary<infer T> ? T : never) & object;

const words = (names: readonly GuildPermission[]): PermissionWords => guildPermissions.wordsOf(names);
const namesOf = (set: PermissionWords): GuildPermission[] => new EffectivePermissions(guildPermissions, set).names();

function setUp(scene: Scene) {
  const permissionsOf = new Map<string, GuildPermission[]>([
    [EVERYONE, scene.everyone],
    ...roleIds.map((id, at): [string, GuildPermission[]] => [id, scene.permissions[at] ?? []]),
  ]);
  const roles = [EVERYONE, ...roleIds].map((id, position) => ({
    ...{ id, position },
    permissions: words(permissionsOf.get(id) ?? []),
  }));
  const rules = rulesOfChannel({ guild: GUILD, owner: "u_owner", roles, type: "text", overrides: [] });
  const rolesOf = (user: string): string[] =>
    user === scene.me ? scene.mine : user === scene.subject ? scene.theirs : [];
  const me = guildMember(scene.me, rolesOf(scene.me));
  const subject = guildMember(scene.subject, rolesOf(scene.subject));
  return { permissionsOf, rules, me, subject };
}

/** The reference: everything as lists of names and the places of roles in a list. */
function reference(scene: Scene) {
  const { permissionsOf, me, subject } = setUp(scene);
  const place = (id: string): number => [EVERYONE, ...roleIds].indexOf(id);
  const isOwner = (member: PermissionMember) => member.user === "u_owner";
  const place1 = (member: PermissionMember) => [...member.roles].map(place).sort((a, b) => b - a)[0] ?? 0;
  const held = [EVERYONE, ...me.roles].flatMap((id) => permissionsOf.get(id) ?? []);
  const has = (name: GuildPermission) => isOwner(me) || held.includes("administrator") || held.includes(name);
  const isBelow = (rank: number) => isOwner(me) || place1(me) > rank;
  const rank = (member: PermissionMember) => (isOwner(member) ? 1_000 : place1(member));
  const hasAll = (names: GuildPermission[]) => names.every(has);
  const changed = (before: GuildPermission[], after: GuildPermission[]) => [
    ...before.filter((name) => !after.includes(name)),
    ...after.filter((name) => !before.includes(name)),
  ];
  return { permissionsOf, me, subject, place, isOwner, has, isBelow, rank, hasAll, changed };
}

const isAllowed = (attempt: () => void): boolean => {
  try {
    attempt();
    return true;
  } catch (error) {
    if (error instanceof ChatError && error.code !== "internal") return false;
    throw error;
  }
};

const changes: [string, (scene: Scene) => GuildChange, (scene: Scene) => boolean][] = [
  ["edit", () => ({ kind: "edit" }), (scene) => reference(scene).has("manage_guild")],
  ["invite", () => ({ kind: "invite" }), (scene) => reference(scene).has("invite")],
  ["create a channel", () => ({ kind: "create_channel" }), (scene) => reference(scene).has("manage_channels")],
  ["own", () => ({ kind: "own" }), ({ me }) => me === "u_owner"],
  [
    "kick",
    (scene) => ({ kind: "kick", subject: setUp(scene).subject }),
    (scene) => {
      const { has, isBelow, rank, subject, isOwner } = reference(scene);
      return has("kick") && !isOwner(subject) && isBelow(rank(subject));
    },
  ],
  [
    "create a role",
    ({ wanted }) => ({ kind: "create_role", permissions: words(wanted) }),
    (scene) => {
      const { has, isBelow, hasAll } = reference(scene);
      return has("manage_roles") && isBelow(0) && hasAll(scene.wanted);
    },
  ],
  [
    "change a role",
    ({ role, wanted }) => ({ kind: "change_role", role, permissions: words(wanted) }),
    (scene) => {
      const { has, isBelow, hasAll, changed, place, permissionsOf } = reference(scene);
      const before = permissionsOf.get(scene.role) ?? [];
      return has("manage_roles") && isBelow(place(scene.role)) && hasAll(changed(before, scene.wanted));
    },
  ],
  [
    "rename a role",
    ({ role }) => ({ kind: "change_role", role }),
    (scene) => reference(scene).has("manage_roles") && reference(scene).isBelow(reference(scene).place(scene.role)),
  ],
  [
    "delete a role",
    ({ role }) => ({ kind: "delete_role", role }),
    (scene) => {
      const { has, isBelow, place } = reference(scene);
      return has("manage_roles") && scene.role !== EVERYONE && isBelow(place(scene.role));
    },
  ],
  ...(["assign_role", "take_role"] as const).map((kind): (typeof changes)[number] => [
    kind,
    (scene) => ({ kind, role: scene.role, subject: setUp(scene).subject }),
    (scene) => {
      const { has, isBelow, place, rank, subject, hasAll, permissionsOf } = reference(scene);
      const grants = kind === "assign_role" ? (permissionsOf.get(scene.role) ?? []) : [];
      const isOfEveryone = scene.role === EVERYONE;
      return (
        has("manage_roles") && !isOfEveryone && isBelow(place(scene.role)) && isBelow(rank(subject)) && hasAll(grants)
      );
    },
  ]),
];

test.each(changes)("to %s is allowed exactly where the reference allows it", (_, changeOf, expected) => {
  fc.assert(
    fc.property(sceneArb, (scene) => {
      const { rules, me } = setUp(scene);
      expect(isAllowed(() => authoriseGuild(rules, me, changeOf(scene)))).toBe(expected(scene));
    }),
    RUNS,
  );
});

test("an order of roles is allowed exactly if no role at or above one's own rank moves", () => {
  const orders = sceneArb.chain((scene) =>
    fc.tuple(fc.constant(scene), fc.shuffledSubarray(roleIds, { minLength: roleIds.length })),
  );
  fc.assert(
    fc.property(orders, ([scene, order]) => {
      const { rules, me } = setUp(scene);
      const { has, isBelow, place } = reference(scene);
      const moved = roleIds.filter((id, at) => order[at] !== id);
      const expected = has("manage_roles") && moved.every((id) => isBelow(place(id)));
      expect(isAllowed(() => authoriseGuild(rules, me, { kind: "order_roles", order }))).toBe(expected);
    }),
    RUNS,
  );
});

test.each([[["r_low"]], [["r_low", "r_low", "r_mid", "r_high"]], [[...roleIds, "r_other"]], [[EVERYONE, ...roleIds]]])(
  "the order %j is not one of the roles",
  (order) => {
    const scene: Scene = {
      ...{ everyone: [], permissions: [[], [], [], []], me: "u_owner", mine: [], subject: "u_me", theirs: [] },
      ...{ role: EVERYONE, wanted: [], type: "text", override: { target: EVERYONE, allow: [], deny: [] } },
    };
    const { rules, me } = setUp(scene);
    const attempt = () => authoriseGuild(rules, me, { kind: "order_roles", order });
    expect(attempt).toThrow(expect.objectContaining({ code: "invalid" }));
    expect(orderOf(rules)).toEqual(roleIds);
  },
);

/** The change of an override, which sets `allow` and `deny` from nothing or removes them. */
function overrideOf({ override: { target, allow, deny } }: Scene, rolesOf: (user: string) => string[]) {
  const subject = target.startsWith("r_") ? target : guildMember(target, rolesOf(target));
  return { subject, words: { allow: words(allow), deny: words(deny) }, names: [...new Set([...allow, ...deny])] };
}

test("an override is set, removed and brought by a new channel only within one's own permissions and rank", () => {
  fc.assert(
    fc.property(sceneArb, fc.boolean(), (scene, isRemoved) => {
      const { rules, me } = setUp(scene);
      const { has, isBelow, place, rank, hasAll } = reference(scene);
      const rolesOf = (user: string) => (user === scene.me ? scene.mine : user === scene.subject ? scene.theirs : []);
      const { subject, words: set, names } = overrideOf(scene, rolesOf);
      const [before, after] = isRemoved ? [set, noOverride] : [noOverride, set];
      const target = typeof subject === "string" ? place(subject) : rank(subject);
      const isWithin = isBelow(target) && hasAll(names) && has("manage_roles");
      // A channel without overrides: the permissions there are those of the guild, if it is seen.
      const inChannel = isAllowed(() => authoriseGuildChannel(rules, me, { kind: "override", subject, before, after }));
      const left = resolvePermissions(rules, me);
      const isWithinChannel = left.has("manage_roles") && isBelow(target) && names.every((name) => left.has(name));
      expect(inChannel).toBe(isWithinChannel);
      const attempt = () => authoriseNewOverrides(rules, me, [{ subject, before: noOverride, after: set }]);
      expect(isAllowed(attempt)).toBe(isWithin);
    }),
    RUNS,
  );
});

test("a new channel has a type only if its creator has what the type takes from everyone", () => {
  fc.assert(
    fc.property(sceneArb, (scene) => {
      const { rules, me } = setUp(scene);
      const { isBelow, hasAll } = reference(scene);
      const denied = namesOf(denialOf(scene.type));
      const expected = denied.length === 0 || (isBelow(0) && hasAll(denied));
      expect(isAllowed(() => authoriseNewType(rules, me, denialOf(scene.type)))).toBe(expected);
    }),
    RUNS,
  );
});

test("the owner is locked out by no rank, whatever their roles", () => {
  fc.assert(
    fc.property(sceneArb, (scene) => {
      const { rules, subject } = setUp({ ...scene, me: "u_owner" });
      const owner = guildMember("u_owner", scene.mine);
      const each: GuildChange[] = [
        { kind: "change_role", role: scene.role, permissions: words(scene.wanted) },
        { kind: "assign_role", role: "r_top", subject },
        { kind: "take_role", role: "r_top", subject: owner },
        { kind: "delete_role", role: "r_top" },
        { kind: "order_roles", order: [...roleIds].reverse() },
      ];
      for (const change of each) expect(isAllowed(() => authoriseGuild(rules, owner, change))).toBe(true);
    }),
    RUNS,
  );
});

test("a guild passes to the highest member, and among equals to the first", () => {
  const membersArb = fc.array(fc.record({ roles: fc.subarray(roleIds), joinedAt: fc.nat(5) }), { maxLength: 6 });
  fc.assert(
    fc.property(sceneArb, membersArb, (scene, given) => {
      const { rules } = setUp(scene);
      const members = given.map(({ roles, joinedAt }, at) => ({ ...guildMember(`u_${at}`, roles), joinedAt }));
      const successor = successorOf(rules, members, "u_0");
      const others = members.filter(({ user }) => user !== "u_0");
      expect(successor === null).toBe(others.length === 0);
      const next = others.find(({ user }) => user === successor);
      for (const other of others) {
        if (!next) continue;
        expect(rankOf(rules, next)).toBeGreaterThanOrEqual(rankOf(rules, other));
        if (rankOf(rules, next) === rankOf(rules, other)) expect(next.joinedAt).toBeLessThanOrEqual(other.joinedAt);
      }
    }),
    RUNS,
  );
});
