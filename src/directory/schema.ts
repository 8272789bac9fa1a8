// THE DIRECTORY: who may. Every query names one shard key: an account, a channel, or a key of its own.
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { QuietHours, SubscribePush } from "../protocol";

export const accounts = sqliteTable("accounts", {
  id: text("id").primaryKey(),
  handle: text("handle").notNull().unique(),
  name: text("name").notNull(),
  passwordHash: text("password_hash").notNull(),
  /** Access tokens issued at or before this time are refused everywhere. Epoch milliseconds. */
  tokensFrom: integer("tokens_from").notNull().default(0),
  /** Whether others see how far this person has read. */
  receipts: integer("receipts", { mode: "boolean" }).notNull().default(true),
  createdAt: integer("created_at").notNull(),
  /** What this person wants to be seen as. */
  presence: text("presence", { enum: ["auto", "dnd", "invisible"] })
    .notNull()
    .default("auto"),
  /** Whether a notification says who wrote what. */
  previews: integer("previews", { mode: "boolean" }).notNull().default(true),
  /** JSON: when this person is not to be told; null for never. */
  quiet: text("quiet", { mode: "json" }).$type<QuietHours>(),
  /** When the account was ended for good; the row stays, so that what names it still names somebody who is gone. */
  erasedAt: integer("erased_at"),
});

/** Handles of erased accounts, so that nobody passes for them at once. */
export const reservedHandles = sqliteTable("reserved_handles", {
  handle: text("handle").primaryKey(),
  until: integer("until").notNull(),
});

/** What is left to do for an erased account: a channel whose messages of theirs are not all deleted, or (empty) the account itself. */
export const erasures = sqliteTable(
  "erasures",
  {
    account: text("account").notNull(),
    channel: text("channel").notNull(),
    /** Entries up to there are done. */
    after: integer("after").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.account, table.channel] })],
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
  kind: text("kind", { enum: ["direct", "group"] }).notNull(),
  /** What makes it this channel however often it is asked for: the pair of a direct one, the creator and their nonce of a group. */
  identity: text("identity").notNull().unique(),
  /** Empty for a direct channel. */
  name: text("name").notNull().default(""),
  topic: text("topic").notNull().default(""),
  history: text("history", { enum: ["all", "joined"] })
    .notNull()
    .default("all"),
  /** Rises with every change of the roster. */
  revision: integer("revision").notNull(),
  /** Rises when an operator puts the channel back to an earlier state. */
  life: integer("life").notNull().default(1),
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

/** Who was in a group once: what they wrote there is still theirs to take along, and to have erased. */
export const formerMemberships = sqliteTable(
  "former_memberships",
  { user: text("user").notNull(), channel: text("channel").notNull() },
  (table) => [primaryKey({ columns: [table.user, table.channel] })],
);

/** What an object has not confirmed yet: written with the change itself, deleted by the confirmation, repeated by the cron. */
export const rosterOutbox = sqliteTable(
  "roster_outbox",
  {
    /** A channel or a user. */
    object: text("object").notNull(),
    /** The channel's revision, or the account's `tokens_from`. */
    revision: integer("revision").notNull(),
    /** The session that ended with this change; empty for a change of members. */
    session: text("session").notNull().default(""),
    /** Who made the change, and to whom; empty for the channel itself. */
    actor: text("actor").notNull().default(""),
    subject: text("subject").notNull().default(""),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.object, table.revision, table.session] })],
);

/** Token buckets of what happens before an object is reached: see `domain/rate.ts`. */
export const rateLimits = sqliteTable("rate_limits", {
  key: text("key").primaryKey(),
  fullAt: integer("full_at").notNull(),
});

/** Devices that are told by push. They end with their session. */
export const pushSubscriptions = sqliteTable(
  "push_subscriptions",
  {
    id: text("id").primaryKey(),
    user: text("user").notNull(),
    session: text("session").notNull(),
    /** Endpoint or registration token: a device has one, whoever uses it. */
    address: text("address").notNull().unique(),
    /** JSON: what its push service has to be told. */
    target: text("target", { mode: "json" }).$type<SubscribePush>().notNull(),
    name: text("name").notNull(),
    /** Where it was made. */
    origin: text("origin").notNull(),
    createdAt: integer("created_at").notNull(),
    /** What its push service said last where it did not take our notification. */
    failing: text("failing"),
    /** Before then it wants to hear nothing from us, whatever the channel. */
    againAt: integer("again_at").notNull().default(0),
  },
  (table) => [
    index("push_subscriptions_by_user").on(table.user),
    index("push_subscriptions_by_session").on(table.session),
  ],
);

/** How loudly somebody wants to be told of a channel, where it is not the usual way. */
export const notifyChannels = sqliteTable(
  "notify_channels",
  {
    user: text("user").notNull(),
    channel: text("channel").notNull(),
    level: text("level", { enum: ["all", "mentions", "nothing"] })
      .notNull()
      .default("all"),
    mutedUntil: integer("muted_until").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.user, table.channel] })],
);

/** Jobs of the push queue that were given up. */
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
