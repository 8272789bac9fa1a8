// Where each column of each table is in the export, or why it is not.

/** Where a column is in the export, or why it is not. */
export type Place = { at: string } | { not: string };
const at = (path: string): Place => ({ at: path });
const not = (reason: string): Place => ({ not: reason });

const secret = not("a secret, or the hash of one");
const key = not("the person or the channel that the row belongs to");
const others = not("belongs to no person, or to others");
const task = not("a task of the server that ends within minutes");
const order = not("the order of changes");
const copy = (path: string) => not(`a copy of ${path}`);

export const directory: Record<string, Record<string, Place>> = {
  accounts: {
    id: at("account.id"),
    handle: at("account.handle"),
    name: at("account.name"),
    password_hash: secret,
    tokens_from: at("account.tokensFrom"),
    receipts: at("account.receipts"),
    created_at: at("account.createdAt"),
    presence: at("account.presence"),
    previews: at("account.notifications.previews"),
    quiet: at("account.notifications.quiet"),
    erased_at: not("an erased account has no export"),
    open_to: at("account.openTo"),
  },
  reserved_handles: { handle: not("the handle of an erased account"), until: not("of an erased account") },
  erasures: { account: task, channel: task, after: task, next_at: task, failures: task },
  sessions: {
    id: at("sessions.id"),
    account: key,
    token_hash: secret,
    agent: at("sessions.agent"),
    created_at: at("sessions.createdAt"),
    seen_at: at("sessions.seenAt"),
    expires_at: at("sessions.expiresAt"),
  },
  channels: {
    id: at("channels.id"),
    kind: at("channels.kind"),
    identity: not("the creator and the id of a request"),
    name: at("channels.name"),
    topic: at("channels.topic"),
    history: at("channels.history"),
    revision: others,
    life: others,
    created_by: at("channels.createdBy"),
    created_at: at("channels.createdAt"),
  },
  memberships: {
    channel: at("channels.id"),
    user: key,
    role: at("channels.role"),
    joined_at: at("channels.joinedAt"),
  },
  former_memberships: { user: key, channel: at("channels.id"), removed_at: at("channels.removedAt") },
  invites: {
    ...{ code: at("invites.code"), target_kind: at("invites.targetKind"), target: at("invites.target") },
    ...{ created_by: key, created_at: at("invites.createdAt"), expires_at: at("invites.expiresAt") },
    ...{ max_uses: at("invites.maxUses"), uses: at("invites.uses"), used_at: at("invites.usedAt") },
    ...{ channel: at("invites.channel"), roles: at("invites.roles") },
  },
  roster_outbox: {
    ...{ object: task, revision: task, session: task, actor: task, subject: task, created_at: task },
    ...{ next_at: task, failures: task },
  },
  ended_sessions: { account: task, object: task, tokens_from: task, next_at: task, failures: task },
  requests: {
    user: at("requests.made.user"),
    channel: at("requests.received.channel"),
    stranger: at("requests.received.stranger"),
    created_at: at("requests.received.createdAt"),
  },
  blocks: { blocker: key, blocked: at("blocks.user"), at: at("blocks.at") },
  reports: {
    ...{ id: at("reports.id"), reporter: key, target: copy("reports.user"), guild: at("reports.guild") },
    ...{ user: at("reports.user"), channel: at("reports.channel"), seq: at("reports.seq") },
    ...{ category: at("reports.category"), text: at("reports.text") },
    ...{ snapshot: not("what another person wrote"), created_at: at("reports.createdAt") },
    ...{ resolved_at: at("reports.resolvedAt"), resolved_by: others, outcome: at("reports.outcome") },
  },
  suspensions: { account: key, at: not("a suspended account has no session"), reason: not("see `at`") },
  operator_actions: { id: others, at: others, kind: others, target: others, detail: others },
  declined_strangers: {
    user: key,
    stranger: at("requests.declined.stranger"),
    at: at("requests.declined.at"),
  },
  backfills: { name: others, after: others },
  guilds: {
    ...{ id: at("guilds.id"), identity: not("the creator and the id of a request"), name: at("guilds.name") },
    ...{ description: at("guilds.description"), color: at("guilds.color"), owner: at("guilds.owner") },
    ...{ welcome_channel: others, revision: others, delete_at: at("guilds.deleteAt") },
    ...{ created_at: at("guilds.createdAt"), region: others },
  },
  guild_roles: {
    ...{ guild: others, id: others, name: others, color: others, position: others, low: others, high: others },
    ...{ mentionable: others, grouped: others },
  },
  guild_members: {
    ...{ guild: at("guilds.id"), user: key, joined_at: at("guilds.joinedAt"), joined_in: order },
    added_by: at("guilds.addedBy"),
  },
  guild_member_roles: { guild: at("guilds.id"), user: key, role: at("guilds.roles.id") },
  guild_removals: { guild: at("guildRemovals.guild"), user: key, at: at("guildRemovals.at") },
  guild_categories: { guild: others, id: others, name: others, position: others },
  guild_channels: {
    ...{ channel: at("channels.id"), guild: at("channels.guild"), category: at("channels.category") },
    ...{ position: others, type: at("channels.type"), confirmed: task, large: others },
    slow_mode_seconds: others,
  },
  guild_overrides: {
    ...{ guild: at("guilds.id"), place: at("guilds.overrides.place"), target: key, of: key },
    ...{ allow_low: at("guilds.overrides.allow"), allow_high: at("guilds.overrides.allow") },
    ...{ deny_low: at("guilds.overrides.deny"), deny_high: at("guilds.overrides.deny") },
  },
  guild_outbox: {
    guild: task,
    revision: task,
    mirrored: task,
    next_at: task,
    failures: task,
    subject: task,
    joined: task,
  },
  guild_bans: {
    ...{ guild: at("bans.guild"), user: key, banned_by: others, reason: not("what the guild notes for itself") },
    ...{ created_at: at("bans.createdAt"), until: at("bans.until") },
  },
  guild_time_outs: { guild: at("timeOuts.guild"), user: key, until: at("timeOuts.until") },
  guild_audit: {
    ...{ guild: at("auditLog.guild"), revision: at("auditLog.revision"), at: at("auditLog.at"), actor: key },
    ...{ kind: at("auditLog.kind"), target: at("auditLog.target"), reason: at("auditLog.reason") },
    ...{
      changes: at("auditLog.changes"),
      purged_messages: at("auditLog.changes"),
      purged_channels: at("auditLog.changes"),
    },
  },
  guild_purges: {
    ...{ guild: task, channel: task, author: task, actor: task, since: task, id: task, revision: task, after: task },
    ...{ through: task, next_at: task, failures: task },
  },
  rate_limits: { key: task, full_at: task },
  push_subscriptions: {
    id: at("devices.id"),
    user: key,
    session: at("devices.session"),
    address: copy("devices.target"),
    target: at("devices.target"),
    name: at("devices.name"),
    origin: at("devices.origin"),
    created_at: at("devices.createdAt"),
    failing: at("devices.failing"),
    again_at: at("devices.againAt"),
  },
  notify_channels: { user: key, channel: key, level: copy("levels"), muted_until: copy("mutes") },
  files: {
    ...{ file: secret, upload: task, account: key, channel: key, multipart: task, parts: task },
    ...{ name: copy("attachments"), type: copy("attachments"), size: copy("attachments") },
    ...{ variants: copy("attachments"), facts: copy("attachments"), ticket: secret },
    ...{ created_at: task, due_at: task, is_doomed: task },
  },
  file_references: { file: secret, ticket: secret, channel: others, state: task, until: task },
  file_usage: { owner: key, bytes: copy("attachments"), day: task, day_bytes: task },
  dead_letters: { id: others, at: others, channel: others, attempts: others, detail: others },
  archive: {
    ...{ channel: copy("messages"), seq: copy("messages"), version: copy("messages"), at: copy("messages") },
    ...{ tags: copy("messages"), starts: copy("messages"), terms: copy("messages"), entry: copy("messages") },
  },
};

export const channelObject: Record<string, Record<string, Place>> = {
  log: {
    ...{ id: others, channel: at("channels.id"), kind: at("channels.kind"), epoch: others, digest_key: secret },
    ...{ created_at: at("channels.createdAt"), revision: others, name: at("channels.name") },
    ...{ topic: at("channels.topic"), history: at("channels.history"), life: others, archive: others },
    ...{ pending: others, guild: others, call: copy("channels.actions"), purged: others },
  },
  files: { ticket: secret, file: secret, seq: at("channels.messages.seq"), state: task },
  purged_ranges: {
    ...{ author: task, first: task, last: task, seq: task, at: task },
    ...{ cleaned_to: task, archived_to: task },
  },
  entries: {
    seq: at("channels.messages.seq"),
    type: at("channels.actions.type"),
    actor: key,
    nonce: at("channels.messages.nonce"),
    at: at("channels.messages.at"),
    target: at("channels.actions.target"),
    thread: at("channels.messages.thread"),
    reply_to: at("channels.messages.reply"),
    version: at("channels.messages.body.version"),
    changed_at: at("channels.messages.body.editedAt"),
    deleted: at("channels.messages.body.state"),
    digest: secret,
    mentions: at("channels.messages.body.mentions"),
    detail: at("channels.actions.detail"),
    body: at("channels.messages.body.text"),
    parts: at("channels.messages.body.attachments.name"),
  },
  aspects: {
    seq: at("channels.messages.seq"),
    reactions: at("channels.messages.reactions"),
    replies: at("channels.messages.replies"),
    pin: at("channels.messages.pin"),
    tail: copy("channels.messages.replies"),
    pinned: copy("channels.messages.pin"),
  },
  versions: {
    version: at("channels.versions.version"),
    target: at("channels.versions.seq"),
    at: at("channels.versions.at"),
    body: at("channels.versions.text"),
    parts: at("channels.versions.attachments.name"),
  },
  members: {
    ...{ user: key, handle: copy("account.handle"), role: copy("channels.role"), joined_at: copy("channels.joinedAt") },
    ...{ tokens_from: copy("account.tokensFrom"), receipts: copy("account.receipts") },
    ...{ hidden: copy("account.presence"), since: at("channels.state.since"), roles: copy("guilds.roles") },
    ...{ timed_out_until: copy("timeOuts.until"), until: copy("blocks") },
  },
  former_members: { user: key, left_at: at("channels.state.leftAt") },
  keys: { actor: key, key: secret, seq: copy("channels.messages.seq") },
  // Packed: the read mark, the unread-from mark, the notification cursor and the unseen messages of
  // each member. The inbox has the unseen messages.
  standing: { id: others, state: at("channels.state.read") },
  // The same of one member, in large channels.
  member_states: { user: key, state: at("channels.state.read") },
};

export const userObject: Record<string, Record<string, Place>> = {
  inbox: {
    ...{ channel: at("inbox.channel"), version: order, dirty: order, head: at("inbox.head"), read: at("inbox.read") },
    ...{ unread: at("inbox.unread"), mentions: at("inbox.mentions"), unread_from: at("inbox.unreadFrom") },
    ...{ at: at("inbox.at"), preview: at("inbox.preview"), life: at("inbox.epochNumber") },
    ...{ unseen: at("inbox.unseen.seq"), guild: copy("channels.guild"), calls: copy("channels.actions") },
  },
  account: { id: others, tokens_from: copy("account.tokensFrom") },
  deliveries: { id: task, user: task, at: task },
  feed: { id: order, version: order },
  gone: { channel: copy("channels.id"), version: order },
  // Drafts, mutes and levels; the presence mode and the notification settings are in the account.
  settings: {
    ...{ key, channel: at("drafts.channel"), over: not("a setting that ended is empty"), version: order },
    value: at("drafts.text"),
    unwritten_of: not("whether the directory has the setting"),
  },
  // Packed: the mode (in the account), when the person was last seen, and who watches them
  // (others).
  presence: { id: others, state: at("lastSeenAt") },
};
