// The rules of appending commands, that is, of commands that take a seq. Each command is checked in
// order of arrival, against the log including the entries of its own turn. A repeated command gets
// its first answer again, even if the message has changed since.
import {
  type ComposedCommand,
  countMentions,
  limits,
  type MentionedRole,
  type Mentions,
  type NamedRoles,
  noAttachments,
  noMentions,
  type Permission,
  type SentAttachment,
  type UsersByHandle,
} from "../protocol";
import { addFollowers, addReaction, follow, removeReaction, unfollow } from "./annotations";
import {
  type AttachedFiles,
  attachmentsOf,
  keepAttachments,
  nothingAttached,
  requireUsable,
  type TicketReader,
} from "./attachments";
import { ChatError } from "./error";
import type { AppendOutcome, CommandContent, CommandOf, LiveTarget, LogReader, PriorEntry, TargetMessage } from "./log";
import { contentOf, isEmpty, type MessageParts } from "./message";
import type { EffectivePermissions } from "./permission-list";
import { requirePermission } from "./permission-sets";
import { contentOfEdit, isRepeat } from "./repeats";

/** Who appends, what they may do, and when. */
export interface AppendContext {
  user: string;
  permissions: EffectivePermissions<Permission>;
  /** The first entry that the user may read; 0 for all. */
  since: number;
  /** When the command is checked. Epoch milliseconds. */
  now: number;
  /** Whether the other person of a direct channel has deleted their account. */
  isDeserted: boolean;
  /** With slow mode: when the user may send the next message. Epoch milliseconds. */
  nextSendAt?: number;
  /** The members of the channel: user by handle. Of a large channel those whom it has looked up. */
  members: UsersByHandle;
  isMember(user: string): boolean;
  /**
   * Has the roles of the channel's guild that a text can mention; null outside of guilds. Read only
   * for a text with an "@", because it may be computed then.
   */
  mentionable: { readonly namedRoles: NamedRoles<MentionedRole> | null };
  tickets: TicketReader;
}

/**
 * Returns the position after which an earlier use of a nonce is searched. A cursor of another epoch
 * is no position of this log, so the search then covers the whole log.
 */
export const nonceSearchStart = (log: LogReader, command: Pick<ComposedCommand, "epoch" | "after">): number =>
  command.epoch === log.epoch ? Math.min(command.after, log.head) : 0;

/**
 * Checks one command and returns what it does to the log. `prior` is the entry that an earlier use
 * of the nonce or key made. Throws a `ChatError` if the command is not permitted or not possible.
 */
export function append(
  log: LogReader,
  context: AppendContext,
  command: CommandContent,
  prior: PriorEntry | null,
): AppendOutcome {
  if (prior) {
    if (!isRepeat(log, context.tickets, prior, command)) throw new ChatError("nonce_conflict");
    return { kind: "known", seq: prior.seq, at: prior.at };
  }
  switch (command.type) {
    case "message.send":
      return send(log, context, command);
    case "message.edit":
      return edit(log, context, command);
    case "message.delete":
      return remove(log, context, command);
    case "reaction.add":
    case "reaction.remove":
      return react(log, context, command);
    case "message.pin":
    case "message.unpin":
      return pin(log, context, command);
    case "thread.follow":
    case "thread.unfollow":
      return followThread(log, context, command);
  }
}

function send(log: LogReader, context: AppendContext, command: CommandOf<"message.send">): AppendOutcome {
  const { text, replyTo, thread, toChannel = false, forwarded = false } = command;
  requirePermission(context.permissions, "send");
  const { now, nextSendAt = now } = context;
  if (nextSendAt > now) throw new ChatError("slow_mode", undefined, nextSendAt - now);
  if (context.isDeserted) throw new ChatError("recipient_deleted");
  if (thread !== undefined && context.permissions.lacks("thread"))
    throw new ChatError("forbidden", "this requires the permission thread");
  const withFiles = command.attachments ? attach(log, context, command.attachments) : nothingAttached;
  const parts = { text, attachments: withFiles.attachments };
  requireContent(parts);
  if (toChannel && thread === undefined) throw new ChatError("invalid", "toChannel: must come with thread");
  if (toChannel && forwarded) throw new ChatError("invalid", "forwarded: must come without toChannel");
  if (replyTo !== undefined) findTarget(log, context, replyTo);
  const root = thread === undefined ? null : findTarget(log, context, thread);
  if (root && root.thread !== null) throw new ChatError("nested_thread");
  const threadUpdate = root && {
    root: root.seq,
    followers: addFollowers(log.annotations(root.seq).replies.followers, [root.author, context.user], context.isMember),
  };
  return {
    kind: "send",
    parts,
    mentions: mentionsIn(text, context),
    replyTo: replyTo ?? null,
    threadUpdate,
    toChannel,
    forwarded,
    files: withFiles.files,
  };
}

/**
 * Returns the attachments that tickets make. Each ticket must be unused, and for this user here.
 */
function attach(
  { channel }: LogReader,
  { permissions, tickets, user, now }: AppendContext,
  sent: readonly SentAttachment[],
): AttachedFiles {
  if (sent.length === 0) return nothingAttached;
  if (permissions.lacks("attach")) throw new ChatError("forbidden", "this requires the permission attach");
  const made = attachmentsOf(tickets, sent);
  const ids = made.map(({ ticket }) => ticket.id);
  for (const [at, { ticket }] of made.entries()) {
    requireUsable(ticket, user, channel, now);
    if (tickets.isUsed(ticket.id) || ids.indexOf(ticket.id) !== at) throw new ChatError("ticket_used");
  }
  return {
    attachments: made.map(({ attachment }) => attachment),
    files: made.map(({ ticket }) => ({ ticket: ticket.id, file: ticket.file })),
  };
}

function edit(log: LogReader, context: AppendContext, command: CommandOf<"message.edit">): AppendOutcome {
  const { seq, text } = command;
  const target = findTarget(log, context, seq);
  if (target.author !== context.user) throw new ChatError("forbidden", "only the author can edit a message");
  requirePermission(context.permissions, "edit_own");
  if (target.state === "deleted") throw new ChatError("message_deleted");
  const before = target.parts.attachments;
  // An edit of the text alone keeps the attachments.
  const attachments = command.attachments ? keepAttachments(before, command.attachments) : before;
  const parts = { text, attachments };
  requireContent(parts);
  return {
    kind: "edit",
    target: seq,
    parts,
    mentions: mentionsIn(text, context),
    mentionsBefore: log.mentionsSoFar(target),
    digest: log.digest(contentOfEdit(command)),
    sentDigest: sentDigest(log, target),
    dropped:
      attachments === before ? noAttachments : before.filter(({ id }) => !attachments.some((kept) => kept.id === id)),
  };
}

function remove(log: LogReader, context: AppendContext, { seq }: CommandOf<"message.delete">): AppendOutcome {
  const target = findTarget(log, context, seq);
  requirePermission(context.permissions, target.author === context.user ? "delete_own" : "delete_any");
  // A second deletion changes nothing, so a repeat needs no entry.
  if (target.state === "deleted") return { kind: "known", seq: target.version, at: target.changedAt };
  return eraseMessage(log, target);
}

// The three functions below append an entry even if nothing changes. A repeat is recognised by the
// entry. Without an entry, a late repeat would undo later changes.

function react(
  log: LogReader,
  context: AppendContext,
  { type, seq, emoji }: CommandOf<"reaction.add" | "reaction.remove">,
): AppendOutcome {
  requirePermission(context.permissions, "react");
  findLiveTarget(log, context, seq);
  const { reactions } = log.annotations(seq);
  const version = log.head + 1;
  return type === "reaction.add"
    ? {
        kind: "react",
        type: "reaction.added",
        target: seq,
        emoji,
        reactions: addReaction(reactions, emoji, context.user, version),
      }
    : {
        kind: "react",
        type: "reaction.removed",
        target: seq,
        emoji,
        reactions: removeReaction(reactions, emoji, context.user, version),
      };
}

function pin(
  log: LogReader,
  context: AppendContext,
  { type, seq }: CommandOf<"message.pin" | "message.unpin">,
): AppendOutcome {
  requirePermission(context.permissions, "pin");
  findLiveTarget(log, context, seq);
  const version = log.head + 1;
  if (type === "message.unpin") {
    return { kind: "pin", type: "message.unpinned", target: seq, pin: { version, by: null, at: null } };
  }
  const existing = log.annotations(seq).pin;
  if (existing.by === null && log.countPins() >= limits.pinsPerChannel) throw new ChatError("too_many_pins");
  const by = existing.by ?? context.user;
  return { kind: "pin", type: "message.pinned", target: seq, pin: { version, by, at: existing.at ?? context.now } };
}

function followThread(
  log: LogReader,
  context: AppendContext,
  { type, seq }: CommandOf<"thread.follow" | "thread.unfollow">,
): AppendOutcome {
  if (findTarget(log, context, seq).thread !== null) throw new ChatError("nested_thread");
  const { replies } = log.annotations(seq);
  const version = log.head + 1;
  return type === "thread.follow"
    ? {
        kind: "follow",
        type: "thread.followed",
        target: seq,
        replies: follow(replies, context.user, version, context.isMember),
      }
    : { kind: "follow", type: "thread.unfollowed", target: seq, replies: unfollow(replies, context.user, version) };
}

/**
 * Throws `too_many_mentions` if the text names more people and roles than its author may notify at
 * once. A role counts once.
 */
function mentionsIn(text: string, { permissions, members, mentionable }: AppendContext): Mentions {
  if (!text.includes("@")) return noMentions;
  const mayMentionAll = permissions.has("mention_all");
  const { mentions, names } = countMentions(text, members, mayMentionAll, mentionable.namedRoles);
  if (names > (mayMentionAll ? limits.groupMembers : limits.mentionsPerMessage))
    throw new ChatError("too_many_mentions");
  return mentions;
}

/**
 * Returns the message with this seq. Throws `not_found` if there is none or the user may not read
 * it.
 */
function findTarget(log: LogReader, context: AppendContext, seq: number): TargetMessage {
  const target = seq >= context.since ? log.message(seq) : null;
  if (!target) throw new ChatError("not_found", "there is no message with this seq");
  return target;
}

function findLiveTarget(log: LogReader, context: AppendContext, seq: number): void {
  if (findTarget(log, context, seq).state === "deleted") throw new ChatError("message_deleted");
}

/** Deletes a message of an erased account, without a check of permissions. */
export function eraseMessage(log: LogReader, target: LiveTarget): Extract<AppendOutcome, { kind: "delete" }> {
  const threadUpdate = target.thread === null ? null : { root: target.thread, followers: null };
  return {
    kind: "delete",
    target: target.seq,
    sentDigest: sentDigest(log, target),
    threadUpdate,
    dropped: target.parts.attachments,
  };
}

/**
 * Returns the hash of the content with which the message was sent. Computed while the row still has
 * these parts.
 */
const sentDigest = (log: LogReader, { digest, parts }: LiveTarget): string => digest ?? log.digest(contentOf(parts));

function requireContent(parts: MessageParts): void {
  if (isEmpty(parts)) throw new ChatError("invalid", "text: must not be empty");
}
