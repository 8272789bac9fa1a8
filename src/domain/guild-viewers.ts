// Who of a guild may view a channel. A guild has thousands of members and few sets of roles, so
// each set is resolved once for all members who have it.
import { type ChannelId, type GuildPermission, limits, type RoleId, type UserId } from "../protocol";
import { type GuildHierarchy, type GuildMirror, guildMember, guildPermissions, rulesOfChannel } from "./guild-mirror";
import { type PermissionMember, type PermissionRules, resolvePermissions } from "./permission";
import { common, type EffectivePermissions, isSame, noPermissions, union } from "./permission-list";

/** A member of a guild with the ids of their roles, without that of everyone. */
export interface MemberRoles {
  user: UserId;
  roles: readonly RoleId[];
}

/**
 * Resolves the permissions of members by one set of rules. Members with the same roles, whom no
 * override names and who do not own the guild, share one result.
 */
export class SharedPermissions {
  /** Bound: the distinct sets of roles of those who were asked for, until the rules change. */
  readonly #byRoles = new Map<string, EffectivePermissions<GuildPermission>>();
  /** Bound: `overridesPerChannel` users. */
  readonly #named: ReadonlySet<string>;

  constructor(readonly rules: PermissionRules<GuildPermission>) {
    this.#named = new Set(rules.overrides.filter(({ of }) => of === "member").map(({ id }) => id));
  }

  of(member: PermissionMember): EffectivePermissions<GuildPermission> {
    if (this.isNamed(member.user) || member.isTimedOut) return resolvePermissions(this.rules, member);
    const key = member.roles.join();
    let resolved = this.#byRoles.get(key);
    if (!resolved) {
      resolved = resolvePermissions(this.rules, member);
      this.#byRoles.set(key, resolved);
    }
    return resolved;
  }

  /** Whether a user's permissions depend on more than their roles. */
  isNamed(user: UserId): boolean {
    return this.#named.has(user) || this.rules.owner === user;
  }

  /** The users whose permissions depend on more than their roles. */
  get named(): Iterable<UserId> {
    const { owner } = this.rules;
    return owner === null ? this.#named : new Set([...this.#named, owner]);
  }
}

const viewWords = union(guildPermissions.wordsOf(["view"]), guildPermissions.administrator ?? noPermissions);
const concernsView = (words: typeof noPermissions) => !isSame(common(words, viewWords), noPermissions);

/**
 * Returns the members who may view each channel; null for a large channel, which more than
 * `fullChannelViewers` members may view. `mirrors` are channels of one guild at one revision.
 */
export function viewersOf(mirrors: readonly GuildMirror[], members: readonly MemberRoles[]): (UserId[] | null)[] {
  const [first] = mirrors;
  if (!first) return [];
  // Roles that decide nowhere who may view are left out, so that fewer sets are left.
  const deciding = new Set(first.roles.filter(({ permissions }) => concernsView(permissions)).map(({ id }) => id));
  for (const { overrides } of mirrors)
    for (const { of, id, allow, deny } of overrides)
      if (of === "role" && (concernsView(allow) || concernsView(deny))) deciding.add(id);
  const own = members.map(({ user, roles }) =>
    guildMember(
      user,
      roles.filter((role) => deciding.has(role)),
    ),
  );
  const byUser = new Map(own.map((member) => [member.user, member]));
  const byRoles = [...Map.groupBy(own, ({ roles }) => roles.join()).values()];
  return mirrors.map((mirror) => viewersOfOne(new SharedPermissions(rulesOfChannel(mirror)), byUser, byRoles));
}

function viewersOfOne(
  permissions: SharedPermissions,
  byUser: ReadonlyMap<UserId, PermissionMember>,
  byRoles: readonly (readonly PermissionMember[])[],
): UserId[] | null {
  const viewers: UserId[] = [];
  for (const alike of byRoles) {
    const [one] = alike;
    if (!one || !permissions.of({ ...one, user: "" }).has("view")) continue;
    for (const { user } of alike) {
      if (permissions.isNamed(user)) continue;
      viewers.push(user);
      if (viewers.length > limits.fullChannelViewers) return null;
    }
  }
  for (const user of permissions.named) {
    const member = byUser.get(user);
    if (member && permissions.of(member).has("view")) viewers.push(user);
  }
  return viewers.length > limits.fullChannelViewers ? null : viewers;
}

/** A channel as far as it decides who may view it. */
export type ChannelRules = GuildHierarchy & Pick<GuildMirror, "type" | "overrides"> & { channel: ChannelId };

/**
 * Returns the channels that each of these members may view. Members with the same rights share a
 * set.
 */
export function viewableBy(
  channels: readonly ChannelRules[],
  members: readonly MemberRoles[],
): Map<UserId, ReadonlySet<ChannelId>> {
  const rules = channels.map((one) => ({
    channel: one.channel,
    permissions: new SharedPermissions(rulesOfChannel(one)),
  }));
  /** Bound: the distinct sets of roles of the members, for one call. */
  const byRoles = new Map<string, ReadonlySet<ChannelId>>();
  const viewed = (member: PermissionMember): ReadonlySet<ChannelId> =>
    new Set(rules.filter(({ permissions }) => permissions.of(member).has("view")).map(({ channel }) => channel));
  return new Map(
    members.map(({ user, roles }) => {
      const member = guildMember(user, roles);
      if (rules.some(({ permissions }) => permissions.isNamed(user))) return [user, viewed(member)];
      const key = roles.join();
      const known = byRoles.get(key) ?? viewed(member);
      byRoles.set(key, known);
      return [user, known];
    }),
  );
}
