// Who may view a channel of a guild, compared with a resolver that looks at every member alone.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type GuildMirror, guildMember, guildPermissions, rulesOfChannel } from "../../src/domain/guild-mirror";
import { type MemberRoles, SharedPermissions, viewableBy, viewersOf } from "../../src/domain/guild-viewers";
import { resolvePermissions } from "../../src/domain/permission";
import { type GuildPermission, guildChannelType, limits } from "../../src/protocol";
import { runs } from "../support/runs";

const GUILD = "g_1";
const roleIds = ["r_1", "r_a", "r_b", "r_c"];
const names = fc.subarray<GuildPermission>(["view", "history", "send", "administrator"]);
const words = names.map((some) => guildPermissions.wordsOf(some));
const roles = fc.tuple(...roleIds.map((id, position) => words.map((permissions) => ({ id, position, permissions }))));
const users = (count: number) => Array.from({ length: count }, (_, at) => `u_${at}`);
const override = fc.oneof(
  fc.record({ of: fc.constant("role" as const), id: fc.constantFrom(...roleIds), allow: words, deny: words }),
  fc.record({ of: fc.constant("member" as const), id: fc.constantFrom(...users(6)), allow: words, deny: words }),
);
const mirror = (hierarchy: Pick<GuildMirror, "roles">) =>
  fc
    .record({ type: fc.constantFrom(...guildChannelType.options), overrides: fc.array(override, { maxLength: 4 }) })
    .map(
      (own): GuildMirror => ({
        ...{ guild: GUILD, owner: "u_0", revision: 1, isWelcome: false, isLarge: false },
        ...hierarchy,
        ...own,
      }),
    );
const guild = fc.record({ roles, count: fc.constantFrom(3, 99, 100, 101, 150) }).chain(({ roles: own, count }) =>
  fc.record({
    mirrors: fc.array(mirror({ roles: own }), { minLength: 1, maxLength: 4 }),
    members: fc
      .array(fc.subarray(roleIds.slice(1)), { minLength: count, maxLength: count })
      .map((sets) => users(count).map((user, at): MemberRoles => ({ user, roles: sets[at] ?? [] }))),
  }),
);

const seesAlone = (rules: ReturnType<typeof rulesOfChannel>, { user, roles: own }: MemberRoles) =>
  resolvePermissions(rules, guildMember(user, own)).has("view");

test("the viewers of each channel are those whom the resolver lets in, and null beyond 100", () => {
  fc.assert(
    fc.property(guild, ({ mirrors, members }) => {
      const found = viewersOf(mirrors, members);
      for (const [at, one] of mirrors.entries()) {
        const expected = members.filter((member) => seesAlone(rulesOfChannel(one), member)).map(({ user }) => user);
        if (expected.length > limits.fullChannelViewers) expect(found[at]).toBeNull();
        else expect(found[at]?.toSorted()).toEqual(expected.toSorted());
      }
    }),
    { numRuns: runs(150, 5_000) },
  );
});

test("the channels of each member are those into which the resolver lets them", () => {
  fc.assert(
    fc.property(guild, ({ mirrors, members }) => {
      const channels = mirrors.map((one, at) => ({ ...one, channel: `c_${at}` }));
      const found = viewableBy(channels, members);
      for (const member of members) {
        const expected = channels.filter((one) => seesAlone(rulesOfChannel(one), member)).map(({ channel }) => channel);
        expect([...(found.get(member.user) ?? [])].toSorted()).toEqual(expected.toSorted());
      }
    }),
    { numRuns: runs(100, 3_000) },
  );
});

test("shared permissions are those of the resolver", () => {
  fc.assert(
    fc.property(guild, ({ mirrors, members }) => {
      for (const one of mirrors) {
        const rules = rulesOfChannel(one);
        const shared = new SharedPermissions(rules);
        for (const { user, roles: own } of members.slice(0, 20)) {
          const member = guildMember(user, own);
          expect(shared.of(member).words).toEqual(resolvePermissions(rules, member).words);
        }
      }
    }),
    { numRuns: runs(50, 2_000) },
  );
});
