// The tables of the directory, which decides who has access. Every query names one shard key: an
// account, a channel, or a key of its own. All times are epoch milliseconds.
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { ChannelKind, InviteKind, QuietHours, RoleId, SubscribePush } from "../protocol";

export const accounts = sqliteTable("accounts", {
  id: text("id").primaryKey(),
  handle: text("handle").notNull().unique(),
  name: text("name").notNull(),
  passwordHash: text("password_hash").notNull(),
  /** The token cutoff: access tokens issued at or before it are refused everywhere. */
  tokensFrom: integer("tokens_from").notNull().default(0),
  /** Whether others see the read and delivered marks of this person. */
  receipts: integer("receipts", { mode: "boolean" }).notNull().default(true),
  createdAt: integer("created_at").notNull(),
  /** The presence mode. */
  presence: text("presence", { enum: ["auto", "dnd", "invisible"] })
    .notNull()
    .default("auto"),
  /** Whether notifications show the author and the text. */
  previews: integer("previews", { mode: "boolean" }).notNull().default(true),
  /** JSON: the quiet hours; null for none. */
  quiet: text("quiet", { mode: "json" }).$type<QuietHours>(),
  /** When the account was erased. The row stays, because messages and members still name it. */
  erasedAt: integer("erased_at"),
  /** Whose channels the person enters without a request; null for the deployment's default. */
  openTo: text("open_to", { enum: ["everyone", "shared", "nobody"] }),
});

/** Handles of erased accounts. Nobody may register them before `until`. */
export const reservedHandles = sqliteTable("reserved_handles", {
  handle: text("handle").primaryKey(),
  until: integer("until").notNull(),
});

/**
 * The remaining steps of an erasure: a channel with messages of the account, or (empty) the account
 * itself. Without an account, the channel itself is erased, because its group was deleted.
 */
export const erasures = sqliteTable(
  "erasures",
  {
    account: text("account").notNull(),
    channel: text("channel").notNull(),
    /** Entries up to this seq are done. */
    after: integer("after").notNull().default(0),
    /** When the step is tried next, and how often it has failed in a row. */
    nextAt: integer("next_at").notNull().default(0),
    failures: integer("failures").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.account, table.channel] }), index("erasures_by_time").on(table.nextAt)],
);

export const sessions = sqliteTable(
  "sessions",
  {
    id: text("id").primaryKey(),
    account: text("account").notNull(),
    /** SHA-256 of the token; the token itself is stored nowhere. */
    tokenHash: text("token_hash").notNull().unique(),
    agent: text("agent").notNull(),
    createdAt: integer("created_at").notNull(),
    seenAt: integer("seen_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [index("sessions_by_account").on(table.account)],
);

export const channels = sqliteTable("channels", {
  id: text("id").primaryKey(),
  kind: text("kind").$type<ChannelKind>().notNull(),
  /**
   * Makes repeated requests open the same channel: the pair of a direct channel, or creator and
   * nonce of a group.
   */
  identity: text("identity").notNull().unique(),
  /** Empty for a direct channel. */
  name: text("name").notNull().default(""),
  topic: text("topic").notNull().default(""),
  history: text("history", { enum: ["all", "joined"] })
    .notNull()
    .default("all"),
  /** Rises by 1 with every change of the roster. */
  revision: integer("revision").notNull(),
  /** The epoch number of the log. Rises when the operator restores the channel. */
  epochNumber: integer("life").notNull().default(1),
  createdBy: text("created_by").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const memberships = sqliteTable(
  "memberships",
  {
    channel: text("channel").notNull(),
    user: text("user").notNull(),
    role: text("role", { enum: ["owner", "admin", "member"] }).notNull(),
    joinedAt: integer("joined_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.channel, table.user] }),
    index("memberships_by_user").on(table.user, table.channel),
  ],
);

/**
 * People who left a channel. They may still export what they wrote there, and an erasure deletes
 * it. The row stays when a person enters again.
 */
export const formerMemberships = sqliteTable(
  "former_memberships",
  {
    user: text("user").notNull(),
    channel: text("channel").notNull(),
    /**
     * When another member removed the person; null if they left by themselves or have entered
     * again. Invites from before that time do not admit them.
     */
    removedAt: integer("removed_at"),
  },
  (table) => [
    primaryKey({ columns: [table.user, table.channel] }),
    index("former_memberships_by_channel").on(table.channel),
  ],
);

/**
 * Rosters that channels have not confirmed yet: see `roster-outbox.ts`. An earlier version also
 * stored ended sessions here, with a user as the object; `ended-sessions.ts` converts them.
 */
export const rosterOutbox = sqliteTable(
  "roster_outbox",
  {
    /** A channel. */
    object: text("object").notNull(),
    /** The channel's revision after the change. */
    revision: integer("revision").notNull(),
    /** Empty, except in rows of an earlier version: the session that ended. */
    session: text("session").notNull().default(""),
    /** Who made the change, and the member that changed; empty for the channel itself. */
    actor: text("actor").notNull().default(""),
    subject: text("subject").notNull().default(""),
    createdAt: integer("created_at").notNull(),
    /** When the object is tried next, and how often it has failed in a row. */
    nextAt: integer("next_at").notNull().default(0),
    failures: integer("failures").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.object, table.revision, table.session] }),
    index("roster_outbox_by_time").on(table.nextAt),
  ],
);

/**
 * Objects that have not confirmed a raised token cutoff, one row for each: the user object of the
 * account, and the channels that the account was a member of. See `ended-sessions.ts`.
 */
export const endedSessions = sqliteTable(
  "ended_sessions",
  {
    account: text("account").notNull(),
    /** A channel or the user. */
    object: text("object").notNull(),
    tokensFrom: integer("tokens_from").notNull(),
    /** When the object is tried next, and how often it has failed in a row. */
    nextAt: integer("next_at").notNull(),
    failures: integer("failures").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.account, table.object] }), index("ended_sessions_by_time").on(table.nextAt)],
);

/** Requests of strangers: people who were asked into a channel and have not answered. */
export const requests = sqliteTable(
  "requests",
  {
    user: text("user").notNull(),
    channel: text("channel").notNull(),
    /** Who asked. */
    stranger: text("stranger").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.user, table.channel] }),
    index("requests_by_channel").on(table.channel),
    index("requests_by_stranger").on(table.stranger),
  ],
);

/** Strangers whose request a person has declined. They cannot ask again. */
export const declinedStrangers = sqliteTable(
  "declined_strangers",
  { user: text("user").notNull(), stranger: text("stranger").notNull(), at: integer("at").notNull() },
  (table) => [
    primaryKey({ columns: [table.user, table.stranger] }),
    index("declined_strangers_by_stranger").on(table.stranger),
  ],
);

/** Invites: links by which people enter a group, or open the direct channel with a person. */
export const invites = sqliteTable(
  "invites",
  {
    code: text("code").primaryKey(),
    /** What the invite leads to, and its id: a channel, a user or a guild. */
    targetKind: text("target_kind").$type<InviteKind>().notNull(),
    target: text("target").notNull(),
    /** A member of the group or the guild, or the person. Their invites end with the membership. */
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
    /** Null for no end. */
    expiresAt: integer("expires_at"),
    /** Null for any number. */
    maxUses: integer("max_uses"),
    uses: integer("uses").notNull().default(0),
    /** When it last admitted a person. */
    usedAt: integer("used_at"),
    /** The channel of a guild that is opened first; null for the welcome channel. */
    channel: text("channel"),
    /** The roles of a guild that a person gets, as far as the creator may then give them. */
    roles: text("roles", { mode: "json" }).$type<RoleId[]>().notNull().default([]),
  },
  (table) => [
    index("invites_by_target").on(table.targetKind, table.target),
    index("invites_by_creator").on(table.createdBy),
  ],
);

/** How far the jobs over all channels or accounts have come, and what they could not visit. */
export const backfills = sqliteTable("backfills", {
  /** The job, or the job and the id of a missed visit. */
  name: text("name").primaryKey(),
  /** The id of the last channel or account that is done, or of the missed visit. */
  after: text("after").notNull(),
});

/** Token buckets: see `rate-limits.ts`. */
export const rateLimits = sqliteTable("rate_limits", {
  key: text("key").primaryKey(),
  fullAt: integer("full_at").notNull(),
});

/** Devices that are subscribed to push. A subscription ends with its session. */
export const pushSubscriptions = sqliteTable(
  "push_subscriptions",
  {
    id: text("id").primaryKey(),
    user: text("user").notNull(),
    session: text("session").notNull(),
    /** The endpoint or registration token. Identifies the device, whichever account uses it. */
    address: text("address").notNull().unique(),
    /** JSON: the subscription as the device sent it. */
    target: text("target", { mode: "json" }).$type<SubscribePush>().notNull(),
    name: text("name").notNull(),
    /** The origin of the page that subscribed. */
    origin: text("origin").notNull(),
    createdAt: integer("created_at").notNull(),
    /** The last error of the push service; null after a success. */
    failing: text("failing"),
    /** The end of the pause that the push service requested for this device. */
    againAt: integer("again_at").notNull().default(0),
  },
  (table) => [
    index("push_subscriptions_by_user").on(table.user),
    index("push_subscriptions_by_session").on(table.session),
  ],
);

/** The notify level and the mute of a person in a channel, if they are not the default. */
export const channelPreferences = sqliteTable(
  "notify_channels",
  {
    user: text("user").notNull(),
    channel: text("channel").notNull(),
    level: text("level", { enum: ["all", "mentions", "nothing"] })
      .notNull()
      .default("all"),
    mutedUntil: integer("muted_until").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.user, table.channel] }),
    index("notify_channels_by_channel").on(table.channel),
  ],
);

/** The dead letters: push jobs and notifications that failed permanently. */
export const deadLetters = sqliteTable(
  "dead_letters",
  {
    id: text("id").primaryKey(),
    at: integer("at").notNull(),
    channel: text("channel"),
    attempts: integer("attempts").notNull(),
    detail: text("detail").notNull(),
  },
  (table) => [index("dead_letters_by_time").on(table.at)],
);
