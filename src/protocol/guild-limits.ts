// Limits of guilds, of their moderation, of blocks and of reports. They are a part of `limits`.

const MINUTE = 60_000;
const DAY = 86_400_000;

export const guildLimits = {
  /** The most guilds that one account is in, so that work over all of them stays bounded. */
  guildsPerAccount: 100,
  /** The most members of a guild. */
  guildMembers: 5_000,
  /**
   * The most members who may view a channel of a guild that keeps what a group promises. One that
   * more of them may view is a large channel.
   */
  fullChannelViewers: 100,
  /**
   * The most members of a guild whose devices get a signal of every change of the guild. In a
   * larger one they get those of what concerns them, and load the rest when they show the guild.
   */
  signalledMembers: 100,
  /**
   * How often a large channel notifies members of messages that mention everyone or a role. Other
   * such messages within this time are counted and notify nobody.
   */
  broadcastEveryMs: 10 * MINUTE,
  /** The most roles of a guild, with the role of everyone. */
  guildRoles: 250,
  /** The most categories of a guild, and the most channels. */
  guildCategories: 50,
  guildChannels: 500,
  /** The most overrides of a channel or a category. */
  overridesPerChannel: 100,
  /** The most code points of the description of a guild. */
  guildDescriptionCodePoints: 300,
  /** The most code points of the reason of a ban. */
  reasonCodePoints: 300,
  /** The longest slow mode: seconds between two messages of a member. 6 hours. */
  slowModeSeconds: 21_600,
  /** How long the audit log of a guild keeps an entry. */
  auditKeptMs: 180 * DAY,
  /** The most characters of what an entry of the audit log says that changed, as JSON. */
  auditChangeCharacters: 8_000,
  /** The longest time-out of a member: 4 weeks. */
  timeOutMs: 28 * DAY,
  /** The longest ban that ends, about a year. A longer one is for ever. */
  banMs: 366 * DAY,
  /** The most hours of messages that a ban or a purge deletes: a week. */
  banDeleteHours: 7 * 24,
  /** The most threads, and replies in them, that one entry of a purge concerns. */
  purgeThreads: 50,
  purgeReplies: 500,
  /** How long a guild that was deleted can be brought back. */
  guildDeletionMs: 7 * DAY,
  /** The most people whom one account blocks. */
  blockedPeople: 1_000,
  /** The most code points that a reporter writes. */
  reportCodePoints: 1_000,
  /** The most code points of a reported message that a report keeps. */
  reportSnapshotCodePoints: 2_000,
  /** The most reports of one person that are kept: more than anybody has a reason for. */
  reportsPerReporter: 1_000,
  /** How long a report is kept after it was resolved, and one that nobody resolves. */
  reportKeptMs: 180 * DAY,
} as const;
