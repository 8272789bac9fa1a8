// Guilds: communities with roles and channels. People see "server". The bodies of HTTP requests and
// answers.
import * as z from "zod";
import { categoryId, channelId, guildId, nonce, roleId, time, userId } from "./ids";
import { limits } from "./limits";
import { profile } from "./rest";
import { guildPermission } from "./roles";
import { countCodePoints, displayName, topic } from "./text";

/** 24 bits of red, green and blue. */
const color = z.int().min(0).max(0xff_ff_ff).meta({ description: "A colour: 24 bits of red, green and blue." });
const description = topic
  .refine((text) => countCodePoints(text) <= limits.guildDescriptionCodePoints, {
    error: `must have at most ${limits.guildDescriptionCodePoints} characters`,
  })
  .meta({ description: `Description: at most ${limits.guildDescriptionCodePoints} code points.` });
/** Unknown names are refused. The order has no meaning, and a name may stand there once. */
const permissions = z.array(guildPermission).max(guildPermission.options.length);

/**
 * `announcement`: only roles and members with an override may send. `private`: only those with an
 * override see it.
 */
export const guildChannelType = z.enum(["text", "announcement", "private"]);
/** What a new guild begins with: channels, categories and roles. */
export const guildTemplate = z.enum(["blank", "team", "class", "community"]);

export const guildRole = z
  .object({
    id: roleId,
    name: z.string(),
    /** Null for the colour of the text. */
    color: color.nullable(),
    /** The place in the hierarchy, the lowest first. The role of everyone has 0. */
    position: z.int().min(0),
    permissions: z.array(guildPermission),
    /** Whether everyone may mention the role. */
    mentionable: z.boolean(),
    /** Whether lists of members show those of the role as a group of their own. */
    grouped: z.boolean(),
  })
  .meta({ id: "GuildRole" });

export const guildCategory = z
  .object({ id: categoryId, name: z.string(), position: z.int().min(0) })
  .meta({ id: "GuildCategory" });

/** The topic is in `GET /v1/channels/{channel}`, so that 500 topics are not in one answer. */
export const guildChannel = z
  .object({
    id: channelId,
    name: z.string(),
    type: guildChannelType,
    /** Null for a channel above all categories. */
    category: categoryId.nullable(),
    position: z.int().min(0),
    /** What I may do in this channel. */
    permissions: z.array(guildPermission),
    /** True if the channel is large: see `fullChannelViewers`. Left out otherwise. */
    large: z.boolean().optional(),
    /** Seconds between two messages of a member; left out without slow mode. */
    slowModeSeconds: z.int().optional(),
    /** Whether the channel denies everyone `send`, as `PUT .../lock` does. */
    locked: z.boolean().optional(),
  })
  .meta({ id: "GuildChannel" });

const summary = {
  id: guildId,
  name: z.string(),
  description: z.string(),
  color,
  owner: userId,
  createdAt: time,
  /** When the guild will be erased; null if it was not deleted. */
  deleteAt: time.nullable(),
};
export const guildSummary = z.object(summary).meta({ id: "GuildSummary" });
export const guildList = z
  .object({ items: z.array(guildSummary), next: z.string().nullable() })
  .meta({ id: "GuildList" });
/** A guild as one member sees it. It has the channels that the member can see, and no others. */
export const guild = z
  .object({
    ...summary,
    /** The channel that shows who joins; null if there is none or I cannot see it. */
    welcomeChannel: channelId.nullable(),
    /** The role that every member has. */
    everyone: roleId,
    /** The roles, the highest first. */
    roles: z.array(guildRole),
    categories: z.array(guildCategory),
    channels: z.array(guildChannel),
    /** When I joined. Messages before do not count as unread. An earlier server leaves it out. */
    joinedAt: time.optional(),
    /** My roles, without that of everyone. */
    myRoles: z.array(roleId),
    /** What I may do in the guild outside of channels. */
    permissions: z.array(guildPermission),
    /** When my time-out ends; left out without one. */
    timedOutUntil: time.optional(),
  })
  .meta({ id: "Guild" });

export const createGuild = z
  .object({
    nonce,
    name: displayName,
    description: description.default(""),
    color: color.default(0x5b_6e_e1),
    template: guildTemplate.default("blank"),
  })
  .meta({ id: "CreateGuild" });
/** Needs the permission `manage_guild`. */
export const changeGuild = z
  .object({ name: displayName, description, color, welcomeChannel: channelId.nullable() })
  .partial()
  .meta({ id: "ChangeGuild" });
export const transferGuild = z.object({ user: userId }).meta({ id: "TransferGuild" });

export const guildMember = z
  .object({
    user: profile,
    joinedAt: time,
    roles: z.array(roleId),
    /**
     * When the time-out of the member ends. Left out without one, and for those who may not time
     * members out, except for themselves.
     */
    timedOutUntil: time.optional(),
  })
  .meta({ id: "GuildMember" });
/** `joined`: who joined first comes first. `role`: by the highest grouped role, then by name. */
export const memberOrder = z.enum(["joined", "role"]);
/** How many members of a list have this as their highest grouped role; null for no role. */
const memberCount = z.object({ role: roleId.nullable(), count: z.int().min(0) });
export const guildMemberList = z
  .object({
    items: z.array(guildMember),
    next: z.string().nullable(),
    /** With the order `role`, on the first page: the groups of the list, the highest first. */
    groups: z.array(memberCount).optional(),
  })
  .meta({ id: "GuildMemberList" });

const roleFields = {
  name: displayName,
  color: color.nullable(),
  permissions,
  mentionable: z.boolean(),
  grouped: z.boolean(),
};
export const createRole = z
  .object({
    ...roleFields,
    color: roleFields.color.default(null),
    permissions: permissions.default([]),
    mentionable: roleFields.mentionable.default(false),
    grouped: roleFields.grouped.default(false),
  })
  .meta({ id: "CreateRole" });
export const changeRole = z.object(roleFields).partial().meta({ id: "ChangeRole" });
/** Every role except that of everyone, the lowest first. */
export const roleOrder = z.object({ roles: z.array(roleId).max(limits.guildRoles) }).meta({ id: "RoleOrder" });

/** `position`: the place among the categories; later ones move down. The end by default. */
export const putCategory = z
  .object({ name: displayName, position: z.int().min(0).max(limits.guildCategories) })
  .partial({ position: true })
  .meta({ id: "CreateCategory" });
export const changeCategory = putCategory.partial().meta({ id: "ChangeCategory" });

/** An override of a role or a member. A permission that is in neither list stays as it is. */
const overrideFields = { allow: permissions, deny: permissions };
const hasNoConflict = ({ allow, deny }: { allow: string[]; deny: string[] }) =>
  !allow.some((name) => deny.includes(name));
const CONFLICT = { error: "must not allow and deny the same permission" };
export const putOverride = z.object(overrideFields).refine(hasNoConflict, CONFLICT).meta({ id: "PutOverride" });
const overrideTarget = z.union([roleId, userId]);
export const guildOverride = z
  .object({ target: overrideTarget, ...overrideFields })
  .refine(hasNoConflict, CONFLICT)
  .meta({ id: "GuildOverride" });
export const guildOverrideList = z
  .object({ items: z.array(guildOverride), next: z.string().nullable() })
  .meta({ id: "GuildOverrideList" });

const place = {
  category: categoryId.nullable(),
  /** The place among all channels; those from there on move down. The end by default. */
  position: z.int().min(0).max(limits.guildChannels),
};
/** Seconds between two messages of a member; 0 for no slow mode. */
const slowModeSeconds = z.int().min(0).max(limits.slowModeSeconds);
/**
 * A channel gets the overrides of its category, unless it brings its own. `nonce` makes a repeat
 * the same channel.
 */
export const createGuildChannel = z
  .object({
    nonce,
    name: displayName,
    topic: topic.default(""),
    type: guildChannelType.default("text"),
    category: place.category.default(null),
    position: place.position.optional(),
    overrides: z.array(guildOverride).max(limits.overridesPerChannel).optional(),
  })
  .meta({ id: "CreateGuildChannel" });
export const changeGuildChannel = z
  .object({ name: displayName, topic, type: guildChannelType, ...place, slowModeSeconds })
  .partial()
  .meta({ id: "ChangeGuildChannel" });

export type GuildChannelType = z.infer<typeof guildChannelType>;
export type GuildTemplate = z.infer<typeof guildTemplate>;
export type GuildRole = z.infer<typeof guildRole>;
export type GuildCategory = z.infer<typeof guildCategory>;
export type GuildSummary = z.infer<typeof guildSummary>;
export type GuildView = z.infer<typeof guild>;
export type GuildOverride = z.infer<typeof guildOverride>;
export type MemberCount = z.infer<typeof memberCount>;
export type GuildMemberInfo = z.infer<typeof guildMember>;
export type CreateGuildChannel = z.output<typeof createGuildChannel>;
export type ChangeGuildChannel = z.output<typeof changeGuildChannel>;
export type CreateRole = z.output<typeof createRole>;
export type ChangeRole = z.output<typeof changeRole>;
export type CreateGuild = z.output<typeof createGuild>;
