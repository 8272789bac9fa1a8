// A guild as one member sees it: the channels that they can see, and what they may do there.
import type { Database } from "../../directory/database";
import { type VisibleChannel, visibleChannels } from "../../directory/guild-access";
import {
  countMembersByRole,
  listMembersByRole,
  type MemberPage,
  type MemberPosition,
} from "../../directory/guild-member-order";
import { type ListedMember, listMembers } from "../../directory/guild-member-pages";
import {
  type GuildOverrideRow,
  type GuildRoleRow,
  type GuildRow,
  loadOverrides,
  loadPlaces,
  overrideOf,
} from "../../directory/guild-state";
import { ChatError } from "../../domain/error";
import { everyoneOf, guildPermissions, rulesOfChannel } from "../../domain/guild-mirror";
import { basePermissions, resolvePermissions } from "../../domain/permission";
import { EffectivePermissions, type PermissionWords } from "../../domain/permission-list";
import { tuning } from "../../domain/tuning";
import type {
  CategoryId,
  ChannelId,
  GuildId,
  GuildMemberInfo,
  GuildOverride,
  GuildPermission,
  GuildRole,
  GuildSummary,
  GuildView,
  MemberCount,
  UserId,
} from "../../protocol";
import { findDecision, type GuildDecision, type GuildRequest } from "./guild-decision";

/** Returns the names of a set of permissions. */
const namesOf = (words: PermissionWords): GuildPermission[] =>
  new EffectivePermissions(guildPermissions, words).names();

export const summaryOf = ({ id, name, description, color, owner, createdAt, deleteAt }: GuildRow): GuildSummary => ({
  ...{ id, name, description, color, owner, createdAt, deleteAt },
});

export const roleView = ({ id, name, color, position, mentionable, grouped, ...words }: GuildRoleRow): GuildRole => ({
  ...{ id, name, color, position, permissions: namesOf(words), mentionable, grouped },
});

/** Returns a guild as a member sees it. Throws `not_found` for everyone else. */
export async function viewOf(db: Database, request: GuildRequest): Promise<GuildView> {
  const { guild, actor } = request;
  const [{ state, rules, me }, visible, places] = await Promise.all([
    findDecision(db, request),
    visibleChannels(db, actor, { guild }),
    loadPlaces(db, guild),
  ]);
  const own = basePermissions(rules, me);
  const { welcomeChannel } = state.row;
  const shown = new Set(visible.map(({ category }) => category));
  return {
    ...summaryOf(state.row),
    welcomeChannel: visible.some(({ channel }) => channel === welcomeChannel) ? welcomeChannel : null,
    everyone: everyoneOf(guild),
    roles: state.roleRows.toReversed().map(roleView),
    // The name of a category may say what its channels are about.
    categories: places.categories
      .filter(({ id }) => shown.has(id) || own.has("manage_channels"))
      .map(({ id, name, position }) => ({ id, name, position })),
    channels: visible.map(
      ({ channel, name, type, category, position, permissions, large, slowModeSeconds, isLocked }) => ({
        ...{ id: channel, name, type, category, position, permissions: permissions.names() },
        ...(slowModeSeconds > 0 && { slowModeSeconds }),
        ...(isLocked && { locked: true }),
        ...(large && { large }),
      }),
    ),
    joinedAt: me.joinedAt,
    myRoles: [...me.roles],
    permissions: own.names(),
    ...(me.timedOutUntil !== null && { timedOutUntil: me.timedOutUntil }),
  };
}

/**
 * Returns a page of the members of a guild, those who joined first first, and whether more follow.
 * The page has at most `limit` members and about `resumePageBytes`.
 */
export async function membersOf(
  db: Database,
  request: GuildRequest,
  limit: number,
  cursor?: { at: number; id: string },
): Promise<{ items: GuildMemberInfo[]; hasMore: boolean }> {
  const shown = shownTo(await findDecision(db, request));
  return cutPage((await listMembers(db, request.guild, limit + 1, cursor)).map(shown), limit);
}

/** The same for the list that is sorted by role and name; the groups come with the first page. */
export async function sortedMembersOf(
  db: Database,
  request: GuildRequest,
  { text, limit, after }: MemberPage,
): Promise<{ items: GuildMemberInfo[]; last: MemberPosition | null; groups?: MemberCount[] }> {
  const shown = shownTo(await findDecision(db, request));
  const [rows, groups] = await Promise.all([
    listMembersByRole(db, request.guild, { text, limit: limit + 1, after }),
    after === null ? countMembersByRole(db, request.guild, text) : undefined,
  ]);
  const { items, hasMore } = cutPage(rows, limit);
  return {
    items: items.map(({ position: _, ...member }) => shown(member)),
    last: hasMore ? (items.at(-1)?.position ?? null) : null,
    ...(groups && { groups }),
  };
}

/** Returns how a member sees another one: those who moderate see when a time-out ends. */
function shownTo({ rules, me }: Pick<GuildDecision, "rules" | "me">): (member: ListedMember) => GuildMemberInfo {
  const seesTimeOuts = basePermissions(rules, me).has("moderate_members");
  return ({ timedOutUntil, ...member }) => {
    const isShown = timedOutUntil !== null && (seesTimeOuts || member.user.id === me.user);
    return { ...member, ...(isShown && { timedOutUntil }) };
  };
}

/** Cuts a page of at most `limit` members and about `resumePageBytes`, but of one at least. */
function cutPage<M extends object>(members: M[], limit: number): { items: M[]; hasMore: boolean } {
  let size = 0;
  const end = members.findIndex((member, at) => {
    size += JSON.stringify(member).length;
    return at === limit || (at > 0 && size > tuning.resumePageBytes);
  });
  return { items: end < 0 ? members : members.slice(0, end), hasMore: end >= 0 };
}

/**
 * Returns a channel of this guild that a person can see. Throws `not_found` for any other, also for
 * a channel of another guild.
 */
export async function loadVisible(
  db: Database,
  user: UserId,
  guild: GuildId,
  channel: ChannelId,
): Promise<VisibleChannel> {
  const [found] = await visibleChannels(db, user, { channel });
  if (found?.guild !== guild) throw new ChatError("not_found", "no such channel");
  return found;
}

/** A channel or a category, with the overrides that it has. */
export interface GuildPlace {
  place: { channel: ChannelId } | { category: CategoryId };
  rows: GuildOverrideRow[];
  /** The rules of permissions there. */
  rules: ReturnType<typeof rulesOfChannel>;
}

/**
 * Returns a channel or a category of a guild. Throws `not_found` if it is not of this guild, or the
 * member cannot see it.
 */
export async function loadPlace(
  db: Database,
  { state, me }: Pick<GuildDecision, "state" | "me">,
  place: GuildPlace["place"],
): Promise<GuildPlace> {
  const { guild } = state;
  const { categories, channels } = await loadPlaces(db, guild);
  const id = "channel" in place ? place.channel : place.category;
  const channel = channels.find((row) => row.channel === id);
  if (!channel && !categories.some((row) => row.id === id)) throw new ChatError("not_found");
  const rows = await loadOverrides(db, guild, id);
  const rules = rulesOfChannel({ ...state, type: channel?.type ?? "text", overrides: rows.map(overrideOf) });
  if (!resolvePermissions(rules, me).has("view")) throw new ChatError("not_found");
  return { place, rows, rules };
}

/** Returns the overrides of a channel or a category, for members who may change them. */
export async function overridesIn(
  db: Database,
  request: GuildRequest,
  place: GuildPlace["place"],
): Promise<GuildOverride[]> {
  const decision = await findDecision(db, request);
  const { rows, rules } = await loadPlace(db, decision, place);
  if (!resolvePermissions(rules, decision.me).has("manage_roles")) throw new ChatError("forbidden");
  return rows.map((row) => {
    const { id, allow, deny } = overrideOf(row);
    return { target: id, allow: namesOf(allow), deny: namesOf(deny) };
  });
}
