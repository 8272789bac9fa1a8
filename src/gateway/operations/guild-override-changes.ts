// Changes of the overrides of a channel or a category. The rules are those of
// `domain/guild-authority.ts`.
import type { Database } from "../../directory/database";
import { replaceOverrides } from "../../directory/guild-channels";
import { type GuildState, loadMemberStates, loadPlaces, overrideOf } from "../../directory/guild-state";
import { ChatError } from "../../domain/error";
import { changedFields, permissionNames } from "../../domain/guild-audit";
import { authoriseGuildChannel, noOverride, type OverrideChange } from "../../domain/guild-authority";
import { guildPermissions, sendWords } from "../../domain/guild-mirror";
import { type PermissionOverride, resolvePermissions } from "../../domain/permission";
import { includes, isSame, noPermissions, union, without } from "../../domain/permission-list";
import { type ChannelId, type GuildOverride, limits, type UserId } from "../../protocol";
import { decideGuild, type GuildRequest, madeIf, memberIn, roleIn } from "./guild-decision";
import { type GuildPlace, loadPlace } from "./guild-view";

/** Sets or, if it changes nothing, removes an override of a role or a member. */
export async function setOverride(
  db: Database,
  request: GuildRequest,
  place: GuildPlace["place"],
  override: GuildOverride,
): Promise<void> {
  await decideGuild(db, { ...request, people: membersNamed([override]) }, async (decision) => {
    const { state, me, change } = decision;
    const found = await loadPlace(db, decision, place);
    const before = found.rows.find(({ target }) => target === override.target);
    const changed = overrideChangeOf(state, override, before && overrideOf(before));
    authoriseGuildChannel(found.rules, me, { kind: "override", ...changed });
    const isRemoved = isEmptyOverride(changed.after);
    if (!before && !isRemoved && found.rows.length >= limits.overridesPerChannel)
      throw new ChatError("too_many_overrides");
    const next = isRemoved ? [] : [storedOverride(changed)];
    const namesOf = ({ allow, deny }: OverrideChange["after"]) => ({
      ...{ allow: permissionNames(allow), deny: permissionNames(deny) },
    });
    const recorded = change({
      ...{ kind: "override.changed", target: "channel" in place ? place.channel : place.category },
      changes: [
        { field: "subject", before: override.target, after: override.target },
        ...changedFields(namesOf(changed.before), namesOf(changed.after)),
      ],
    });
    return madeIf(await replaceOverrides(db, recorded, place, [override.target], next));
  });
}

/**
 * Locks a channel, so that only roles and members with an override of their own send, or unlocks
 * it. Needs `manage_channels` there, and `send` in the guild. A repeat changes nothing.
 */
export async function lockChannel(
  db: Database,
  request: GuildRequest,
  channel: ChannelId,
  isLocked: boolean,
): Promise<void> {
  await decideGuild(db, request, async (decision) => {
    const { me, change } = decision;
    const { rows, rules } = await loadPlace(db, decision, { channel });
    authoriseGuildChannel(rules, me, { kind: "lock" });
    const row = rows.find(({ target }) => target === rules.everyone);
    const before = row ? overrideOf(row) : noOverride;
    if (includes(before.deny, sendWords) === isLocked) return {};
    if (!row && rows.length >= limits.overridesPerChannel) throw new ChatError("too_many_overrides");
    const after = {
      allow: without(before.allow, sendWords),
      deny: isLocked ? union(before.deny, sendWords) : without(before.deny, sendWords),
    };
    const next = isEmptyOverride(after) ? [] : [storedOverride({ subject: rules.everyone, before, after })];
    const recorded = change({ kind: isLocked ? "channel.locked" : "channel.unlocked", target: channel });
    return madeIf(await replaceOverrides(db, recorded, { channel }, [rules.everyone], next));
  });
}

/** Replaces the overrides of a channel by those of its category. */
export async function copyCategoryOverrides(db: Database, request: GuildRequest, channel: ChannelId): Promise<void> {
  await decideGuild(db, request, async (decision) => {
    const { state, me, change } = decision;
    const found = await loadPlace(db, decision, { channel });
    const { category = null } =
      (await loadPlaces(db, request.guild)).channels.find((row) => row.channel === channel) ?? {};
    if (category === null) throw new ChatError("invalid", "the channel has no category");
    const { rows } = await loadPlace(db, decision, { category });
    const before = new Map(found.rows.map((row) => [row.target, overrideOf(row)]));
    const after = new Map(rows.map((row) => [row.target, overrideOf(row)]));
    // Checked even without a difference, so that the answer says whether the member may do this.
    if (!resolvePermissions(found.rules, me).has("manage_roles"))
      throw new ChatError("forbidden", "this requires the permission manage_roles");
    const targets = [...new Set([...before.keys(), ...after.keys()])];
    const members = await loadMemberStates(db, request.guild, targets);
    for (const target of targets) {
      const [old = noOverride, next = noOverride] = [before.get(target), after.get(target)];
      if (isSame(old.allow, next.allow) && isSame(old.deny, next.deny)) continue;
      const subject = target.startsWith("r_") ? roleIn(state, target).id : memberIn({ members }, target);
      authoriseGuildChannel(found.rules, me, { kind: "override", subject, before: old, after: next });
    }
    const changes = [{ field: "category", before: null, after: category }];
    const recorded = change({ kind: "overrides.copied", target: channel, changes });
    return madeIf(await replaceOverrides(db, recorded, { channel }, null, [...after.values()]));
  });
}

/** Returns the members whom overrides name, for the `people` of a request. */
export const membersNamed = (overrides: readonly Pick<GuildOverride, "target">[]): UserId[] =>
  overrides.flatMap(({ target }) => (target.startsWith("r_") ? [] : [target]));

/**
 * Returns what an override changes. Throws `not_found` for a role or a member that the guild does
 * not have.
 */
export function overrideChangeOf(
  state: GuildState,
  { target, allow, deny }: GuildOverride,
  before?: PermissionOverride,
): OverrideChange {
  return {
    subject: target.startsWith("r_") ? roleIn(state, target).id : memberIn(state, target),
    before: before ?? noOverride,
    after: { allow: guildPermissions.wordsOf(allow), deny: guildPermissions.wordsOf(deny) },
  };
}

/** Returns the override as it is after its change. */
export const storedOverride = ({ subject, after }: OverrideChange): PermissionOverride =>
  typeof subject === "string" ? { of: "role", id: subject, ...after } : { of: "member", id: subject.user, ...after };

const isEmptyOverride = ({ allow, deny }: OverrideChange["after"]): boolean =>
  isSame(allow, noPermissions) && isSame(deny, noPermissions);
