// What holds of the resolver for all roles, overrides and members.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type PermissionMember,
  type PermissionOverride,
  type PermissionRules,
  resolvePermissions,
} from "../../src/domain/permission";
import { includes, type PermissionWords, union } from "../../src/domain/permission-list";
import { type GuildLikeName, guildLike } from "./permission-support";

const RUNS = { numRuns: 2_000 };
const ME = "u_me";
const roleIds = ["everyone", "r_1", "r_2", "r_3", "r_4"];
const administrator = guildLike.wordsOf(["administrator"]);

const namesArb = fc.subarray([...guildLike.names] as GuildLikeName[]);
const wordsArb = namesArb.map((names) => guildLike.wordsOf(names));
/** Without `administrator`, so that most members are none. */
const grantsArb = namesArb.map((names) => guildLike.wordsOf(names.filter((name) => name !== "administrator")));
const rolesArb = fc
  .tuple(...roleIds.map((id) => fc.tuple(fc.constant(id), grantsArb, fc.nat(9))))
  .map((all) => new Map(all.map(([id, permissions, position]) => [id, { position, permissions }])));
const overrideArb: fc.Arbitrary<PermissionOverride> = fc.record({
  of: fc.constantFrom("role" as const, "member" as const),
  id: fc.constantFrom(...roleIds, ME, "u_other"),
  allow: wordsArb,
  deny: wordsArb,
});
const rulesArb: fc.Arbitrary<PermissionRules<GuildLikeName>> = fc.record({
  list: fc.constant(guildLike),
  owner: fc.constantFrom(null, "u_other"),
  everyone: fc.constant("everyone"),
  roles: rolesArb,
  overrides: fc.array(overrideArb, { maxLength: 8 }),
});
const memberArb: fc.Arbitrary<PermissionMember> = fc.record({
  user: fc.constant(ME),
  roles: fc.subarray(roleIds),
  isTimedOut: fc.boolean(),
});

const resolve = (rules: PermissionRules<GuildLikeName>, member: PermissionMember): PermissionWords =>
  resolvePermissions(rules, member).words;

test("the order of roles and overrides has no effect", () => {
  const cases = fc.tuple(rulesArb, memberArb).chain(([rules, member]) =>
    fc.record({
      rules: fc.constant(rules),
      member: fc.constant(member),
      overrides: fc.shuffledSubarray([...rules.overrides], { minLength: rules.overrides.length }),
      own: fc.shuffledSubarray([...member.roles], { minLength: member.roles.length }),
      roles: fc.shuffledSubarray([...rules.roles], { minLength: rules.roles.size }),
    }),
  );
  fc.assert(
    fc.property(cases, ({ rules, member, overrides, own, roles }) => {
      const shuffled = { ...rules, overrides, roles: new Map(roles) };
      expect(resolve(shuffled, { ...member, roles: own })).toEqual(resolve(rules, member));
    }),
    RUNS,
  );
});

test("owners and administrators have everything, whatever the overrides", () => {
  fc.assert(
    fc.property(rulesArb, memberArb, fc.constantFrom(...roleIds), (rules, member, id) => {
      expect(resolve({ ...rules, owner: ME }, member)).toEqual(guildLike.all);
      const role = rules.roles.get(id) ?? { position: 0, permissions: administrator };
      const roles = new Map([...rules.roles, [id, { ...role, permissions: union(role.permissions, administrator) }]]);
      expect(resolve({ ...rules, roles }, { ...member, roles: [...member.roles, id] })).toEqual(guildLike.all);
    }),
    RUNS,
  );
});

test("nobody becomes an administrator by overrides", () => {
  fc.assert(
    fc.property(rulesArb, memberArb, (rules, member) => {
      expect(includes(resolve(rules, member), administrator)).toBe(false);
    }),
    RUNS,
  );
});

test("among the overrides of roles, a grant beats every denial", () => {
  const bystander = { user: ME, isTimedOut: false };
  fc.assert(
    fc.property(rulesArb, grantsArb, fc.array(wordsArb, { maxLength: 3 }), (rules, grant, denials) => {
      const allow = union(grant, guildLike.wordsOf(["view", "send", "thread"]));
      const nothing = guildLike.wordsOf([]);
      const overrides: PermissionOverride[] = [
        ...rules.overrides.filter(({ of }) => of === "role"),
        { of: "role", id: "r_1", allow, deny: nothing },
        ...denials.map((deny, at) => ({ of: "role" as const, id: `r_${at + 2}`, allow: nothing, deny })),
      ];
      const effective = resolve({ ...rules, overrides }, { ...bystander, roles: roleIds });
      expect(includes(effective, allow)).toBe(true);
    }),
    RUNS,
  );
});

test("an override of the member decides what it names, except for implicit losses", () => {
  fc.assert(
    fc.property(rulesArb, memberArb, wordsArb, (rules, member, deny) => {
      const own: PermissionOverride = { of: "member", id: ME, allow: guildLike.wordsOf([]), deny };
      const others = rules.overrides.filter(({ of }) => of === "role");
      const effective = resolvePermissions({ ...rules, overrides: [...others, own] }, member);
      const denied = guildLike.names.filter((name) => includes(deny, guildLike.wordsOf([name])));
      expect(denied.filter((name) => effective.has(name))).toEqual([]);
    }),
    RUNS,
  );
});

test("implicit losses are monotone, final, and add nothing", () => {
  fc.assert(
    fc.property(wordsArb, wordsArb, (one, other) => {
      const left = guildLike.withoutLosses(one);
      expect(includes(one, left)).toBe(true);
      expect(guildLike.withoutLosses(left)).toEqual(left);
      expect(includes(guildLike.withoutLosses(union(one, other)), left)).toBe(true);
    }),
    RUNS,
  );
});

test("one more role never takes a permission away if no override names it", () => {
  fc.assert(
    fc.property(rulesArb, memberArb, fc.constantFrom("r_1", "r_2", "r_3"), (rules, member, id) => {
      const overrides = rules.overrides.filter((each) => each.of !== "role" || each.id !== id);
      const before = resolve({ ...rules, overrides }, member);
      const after = resolve({ ...rules, overrides }, { ...member, roles: [...member.roles, id] });
      expect(includes(after, before)).toBe(true);
    }),
    RUNS,
  );
});

test("a time-out takes everything but view and history, and nothing else", () => {
  const kept = guildLike.wordsOf(["view", "history"]);
  fc.assert(
    fc.property(rulesArb, memberArb, (rules, member) => {
      const free = resolve(rules, { ...member, isTimedOut: false });
      const timedOut = resolve(rules, { ...member, isTimedOut: true });
      expect(timedOut).toEqual({ low: free.low & kept.low, high: free.high & kept.high });
    }),
    RUNS,
  );
});
