// The tables of guilds. The guild is the shard key of each. A channel of a guild is a row of
// `channels` too, which has its name, topic and revision. All times are epoch milliseconds, and
// each set of permissions is two words of 31 bits: see `domain/permission-list.ts`.
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { AuditKind, GuildChannelType, LocationHint } from "../protocol";

export const guilds = sqliteTable(
  "guilds",
  {
    id: text("id").primaryKey(),
    /** Creator and nonce: makes repeated requests create the same guild. */
    identity: text("identity").notNull().unique(),
    name: text("name").notNull(),
    description: text("description").notNull(),
    /** The colour of the icon: 24 bits of red, green and blue. */
    color: integer("color").notNull(),
    owner: text("owner").notNull(),
    /** The channel whose log has an entry for everyone who joins; null for none. */
    welcomeChannel: text("welcome_channel"),
    /** Rises by 1 with every change of the guild. */
    revision: integer("revision").notNull(),
    /** When the guild is erased; null if it was not deleted. */
    deleteAt: integer("delete_at"),
    createdAt: integer("created_at").notNull(),
    /** Where the platform places its channels: near its creator. Null if it did not say where. */
    region: text("region").$type<LocationHint>(),
  },
  (table) => [index("guilds_by_deletion").on(table.deleteAt)],
);

export const guildRoles = sqliteTable(
  "guild_roles",
  {
    guild: text("guild").notNull(),
    id: text("id").notNull(),
    name: text("name").notNull(),
    /** 24 bits of red, green and blue; null for the colour of the text. */
    color: integer("color"),
    /** The place in the hierarchy. The role of everyone has 0. */
    position: integer("position").notNull(),
    low: integer("low").notNull(),
    high: integer("high").notNull(),
    /** Whether everyone may mention the role. */
    mentionable: integer("mentionable", { mode: "boolean" }).notNull(),
    /** Whether lists of members show those of the role as a group of their own. */
    grouped: integer("grouped", { mode: "boolean" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.guild, table.id] })],
);

export const guildMembers = sqliteTable(
  "guild_members",
  {
    guild: text("guild").notNull(),
    user: text("user").notNull(),
    joinedAt: integer("joined_at").notNull(),
    /** The revision of the guild in which the member joined. */
    joinedIn: integer("joined_in").notNull(),
    /** Who added the member: another member, or the user. */
    addedBy: text("added_by").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.guild, table.user] }),
    index("guild_members_by_user").on(table.user, table.guild),
  ],
);

/** The roles of members, without that of everyone. */
export const guildMemberRoles = sqliteTable(
  "guild_member_roles",
  { guild: text("guild").notNull(), user: text("user").notNull(), role: text("role").notNull() },
  (table) => [primaryKey({ columns: [table.guild, table.user, table.role] })],
);

/** When another member removed a person. Their return by any way deletes the row. */
export const guildRemovals = sqliteTable(
  "guild_removals",
  { guild: text("guild").notNull(), user: text("user").notNull(), at: integer("at").notNull() },
  (table) => [primaryKey({ columns: [table.guild, table.user] }), index("guild_removals_by_user").on(table.user)],
);

/** Who may not join a guild. A ban belongs to the guild and stays when the person leaves. */
export const guildBans = sqliteTable(
  "guild_bans",
  {
    guild: text("guild").notNull(),
    user: text("user").notNull(),
    /** Who banned the person. */
    bannedBy: text("banned_by").notNull(),
    reason: text("reason").notNull(),
    createdAt: integer("created_at").notNull(),
    /** When the ban ends; null for never. */
    until: integer("until"),
  },
  (table) => [
    primaryKey({ columns: [table.guild, table.user] }),
    index("guild_bans_by_user").on(table.user),
    index("guild_bans_by_time").on(table.guild, table.createdAt),
    index("guild_bans_by_end").on(table.until),
  ],
);

/** What changed in a guild, by the revision that the change made. Rows are only added. */
export const guildAudit = sqliteTable(
  "guild_audit",
  {
    guild: text("guild").notNull(),
    revision: integer("revision").notNull(),
    at: integer("at").notNull(),
    actor: text("actor").notNull(),
    kind: text("kind").$type<AuditKind>().notNull(),
    /** The user, role, category or channel that changed; null for the guild. */
    target: text("target"),
    reason: text("reason").notNull(),
    /** JSON: the fields before and after the change. */
    changes: text("changes").notNull(),
    /** Of a purge: how many messages it has deleted so far, in how many channels. */
    purgedMessages: integer("purged_messages"),
    purgedChannels: integer("purged_channels"),
  },
  (table) => [
    primaryKey({ columns: [table.guild, table.revision] }),
    index("guild_audit_by_actor").on(table.actor, table.guild, table.revision),
    index("guild_audit_by_time").on(table.at),
  ],
);

/** Members who may only read until a time. A row stays when the person leaves. */
export const guildTimeOuts = sqliteTable(
  "guild_time_outs",
  { guild: text("guild").notNull(), user: text("user").notNull(), until: integer("until").notNull() },
  (table) => [
    primaryKey({ columns: [table.guild, table.user] }),
    index("guild_time_outs_by_user").on(table.user),
    index("guild_time_outs_by_end").on(table.until),
  ],
);

/** Channels in which messages of a person are still to be purged: see `guild-purges.ts`. */
export const guildPurges = sqliteTable(
  "guild_purges",
  {
    guild: text("guild").notNull(),
    channel: text("channel").notNull(),
    author: text("author").notNull(),
    /** Who decided the purge. The log names them as the one who deleted. */
    actor: text("actor").notNull(),
    /** Messages that are older than this time stay. */
    since: integer("since").notNull(),
    /** Used by earlier versions only; 0. */
    after: integer("after").notNull(),
    through: integer("through").notNull(),
    /** When the step is tried next, and how often it has failed in a row. */
    nextAt: integer("next_at").notNull(),
    failures: integer("failures").notNull().default(0),
    /** Identifies the purge in its channel, which performs it once. */
    id: text("id").notNull().default(""),
    /** The entry of the audit log that counts what it deletes. */
    revision: integer("revision").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.channel, table.author] }), index("guild_purges_by_time").on(table.nextAt)],
);

export const guildCategories = sqliteTable(
  "guild_categories",
  {
    guild: text("guild").notNull(),
    id: text("id").notNull(),
    name: text("name").notNull(),
    position: integer("position").notNull(),
  },
  (table) => [primaryKey({ columns: [table.guild, table.id] })],
);

export const guildChannels = sqliteTable(
  "guild_channels",
  {
    channel: text("channel").primaryKey(),
    guild: text("guild").notNull(),
    /** The category; null for channels above all categories. */
    category: text("category"),
    position: integer("position").notNull(),
    type: text("type").$type<GuildChannelType>().notNull(),
    /** The revision of the guild that the channel has confirmed. */
    confirmed: integer("confirmed").notNull().default(0),
    /** Whether the channel is large in that revision: see `fullChannelViewers`. */
    large: integer("large", { mode: "boolean" }).notNull().default(false),
    /** Seconds between two messages of a member; 0 for no slow mode. */
    slowModeSeconds: integer("slow_mode_seconds").notNull().default(0),
  },
  (table) => [index("guild_channels_by_guild").on(table.guild, table.position)],
);

/** What a channel or a category grants and denies a role or a member. */
export const guildOverrides = sqliteTable(
  "guild_overrides",
  {
    guild: text("guild").notNull(),
    /** A channel or a category. */
    place: text("place").notNull(),
    /** Whom it concerns: the id of a role or a user. */
    target: text("target").notNull(),
    of: text("of", { enum: ["role", "member"] }).notNull(),
    allowLow: integer("allow_low").notNull(),
    allowHigh: integer("allow_high").notNull(),
    denyLow: integer("deny_low").notNull(),
    denyHigh: integer("deny_high").notNull(),
  },
  (table) => [primaryKey({ columns: [table.guild, table.place, table.target] })],
);

/** The revisions of guilds that not all of their channels have confirmed: see `guild-outbox.ts`. */
export const guildOutbox = sqliteTable(
  "guild_outbox",
  {
    guild: text("guild").notNull(),
    revision: integer("revision").notNull(),
    /** Whether channels mirror what changed. Rows that they do not mirror end with their batch. */
    mirrored: integer("mirrored", { mode: "boolean" }).notNull(),
    /** When the guild is tried next, and how often it has failed in a row. */
    nextAt: integer("next_at").notNull(),
    failures: integer("failures").notNull().default(0),
    /**
     * The member whom the revision added, changed or removed; empty for none. Null in rows of an
     * earlier version, which did not say it.
     */
    subject: text("subject"),
    /** Whether the revision did nothing but add that member. */
    joined: integer("joined", { mode: "boolean" }).notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.guild, table.revision] }), index("guild_outbox_by_time").on(table.nextAt)],
);
