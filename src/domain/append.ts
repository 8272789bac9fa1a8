// The rules of everything that takes a seq. A command is judged in arrival order against the log including its own turn,
// and a command that was done before is answered as it was the first time, whatever has happened to the message since.
import { type ChannelKind, limits, type Role } from "../protocol";
import { addReaction, follow, removeReaction, unfollow } from "./annotations";
import { ChatError } from "./error";
import type {
  AppendOutcome,
  CommandContent,
  ComposedCommand,
  EntryType,
  LogReader,
  PriorEntry,
  TargetMessage,
} from "./log";
import { findMentions } from "./mentions";
import { isPermitted, requirePermission } from "./permission";

export interface Actor {
  user: string;
  role: Role;
  kind: ChannelKind;
  /** The first entry they may read; 0 for all. */
  since: number;
  /** When the command is judged. Epoch milliseconds. */
  now: number;
  /** User by handle, of everyone in the channel. */
  members: ReadonlyMap<string, string>;
}

type Of<T extends CommandContent["type"]> = Extract<CommandContent, { type: T }>;

/** Where the search for an earlier use of a command's nonce begins. A cursor of another life of the log says nothing about this one. */
export const nonceSearchStart = (log: LogReader, command: Pick<ComposedCommand, "epoch" | "after">): number =>
  command.epoch === log.epoch ? Math.min(command.after, log.head) : 0;

/** Judges one command; `prior` is the entry its nonce or key was used for. Throws a `ChatError` where it may not or cannot be done. */
export function append(log: LogReader, actor: Actor, command: CommandContent, prior: PriorEntry | null): AppendOutcome {
  if (prior) {
    if (!isSame(log, prior, command)) throw new ChatError("nonce_conflict");
    return { kind: "known", seq: prior.seq, at: prior.at };
  }
  switch (command.type) {
    case "message.send":
      return send(log, actor, command);
    case "message.edit":
      return edit(log, actor, command);
    case "message.delete":
      return remove(log, actor, command);
    case "reaction.add":
    case "reaction.remove":
      return react(log, actor, command);
    case "message.pin":
    case "message.unpin":
      return pin(log, actor, command);
    case "thread.follow":
    case "thread.unfollow":
      return followThread(log, actor, command);
  }
}

function send(log: LogReader, actor: Actor, { text, replyTo, thread }: Of<"message.send">): AppendOutcome {
  requirePermission(actor.kind, actor.role, "send");
  if (replyTo !== undefined) find(log, actor, replyTo);
  const root = thread === undefined ? null : find(log, actor, thread);
  if (root && root.thread !== null) throw new ChatError("nested_thread");
  const threadUpdate = root && { root: root.seq, newFollowers: [root.author, actor.user] };
  return { kind: "send", text, mentions: mentionsIn(text, actor), replyTo: replyTo ?? null, threadUpdate };
}

function edit(log: LogReader, actor: Actor, { seq, text }: Of<"message.edit">): AppendOutcome {
  const target = find(log, actor, seq);
  if (target.author !== actor.user) throw new ChatError("forbidden", "only its author edits a message");
  requirePermission(actor.kind, actor.role, "edit_own");
  if (target.deleted) throw new ChatError("message_deleted");
  const mentions = mentionsIn(text, actor);
  return { kind: "edit", target: seq, text, mentions, digest: log.digest(text), sentDigest: sentDigest(log, target) };
}

function remove(log: LogReader, actor: Actor, { seq }: Of<"message.delete">): AppendOutcome {
  const target = find(log, actor, seq);
  requirePermission(actor.kind, actor.role, target.author === actor.user ? "delete_own" : "delete_any");
  // Deleting twice is the same as deleting once, so it needs no entry of its own to be repeatable.
  if (target.deleted) return { kind: "known", seq: target.version, at: target.changedAt };
  return eraseMessage(log, target);
}

// The three below take an entry even where they change nothing: a repeat is recognised by its entry, and without one a late repeat
// would undo what came after it.

function react(
  log: LogReader,
  actor: Actor,
  { type, seq, emoji }: Of<"reaction.add" | "reaction.remove">,
): AppendOutcome {
  requirePermission(actor.kind, actor.role, "react");
  findLive(log, actor, seq);
  const { reactions } = log.annotations(seq);
  const version = log.head + 1;
  return type === "reaction.add"
    ? {
        kind: "react",
        type: "reaction.added",
        target: seq,
        emoji,
        reactions: addReaction(reactions, emoji, actor.user, version),
      }
    : {
        kind: "react",
        type: "reaction.removed",
        target: seq,
        emoji,
        reactions: removeReaction(reactions, emoji, actor.user, version),
      };
}

function pin(log: LogReader, actor: Actor, { type, seq }: Of<"message.pin" | "message.unpin">): AppendOutcome {
  requirePermission(actor.kind, actor.role, "pin");
  findLive(log, actor, seq);
  const version = log.head + 1;
  if (type === "message.unpin") {
    return { kind: "pin", type: "message.unpinned", target: seq, pin: { version, by: null, at: null } };
  }
  const known = log.annotations(seq).pin;
  if (known.by === null && log.countPins() >= limits.pinsPerChannel) throw new ChatError("too_many_pins");
  const by = known.by ?? actor.user;
  return { kind: "pin", type: "message.pinned", target: seq, pin: { version, by, at: known.at ?? actor.now } };
}

function followThread(
  log: LogReader,
  actor: Actor,
  { type, seq }: Of<"thread.follow" | "thread.unfollow">,
): AppendOutcome {
  requirePermission(actor.kind, actor.role, "read");
  if (find(log, actor, seq).thread !== null) throw new ChatError("nested_thread");
  const { replies } = log.annotations(seq);
  const version = log.head + 1;
  return type === "thread.follow"
    ? { kind: "follow", type: "thread.followed", target: seq, replies: follow(replies, actor.user, version) }
    : { kind: "follow", type: "thread.unfollowed", target: seq, replies: unfollow(replies, actor.user, version) };
}

const mentionsIn = (text: string, { kind, role, members }: Actor) =>
  findMentions(text, members, isPermitted(kind, role, "mention_all"));

/** A message the actor may know of. Throws `not_found` for every other. */
function find(log: LogReader, actor: Actor, seq: number): TargetMessage {
  const target = seq >= actor.since ? log.message(seq) : null;
  if (!target) throw new ChatError("not_found", "no message has this seq");
  return target;
}

function findLive(log: LogReader, actor: Actor, seq: number): void {
  if (find(log, actor, seq).deleted) throw new ChatError("message_deleted");
}

/** The deletion of a message whose author is gone. */
export function eraseMessage(log: LogReader, target: TargetMessage): Extract<AppendOutcome, { kind: "delete" }> {
  const threadUpdate = target.thread === null ? null : { root: target.thread, newFollowers: [] };
  return { kind: "delete", target: target.seq, sentDigest: sentDigest(log, target), threadUpdate };
}

/** The hash of what the message was sent with, from the row while it still holds that. */
const sentDigest = (log: LogReader, target: TargetMessage): string => target.digest ?? log.digest(target.text ?? "");

const entryTypes: Record<CommandContent["type"], EntryType> = {
  "message.send": "message.sent",
  "message.edit": "message.edited",
  "message.delete": "message.deleted",
  "reaction.add": "reaction.added",
  "reaction.remove": "reaction.removed",
  "message.pin": "message.pinned",
  "message.unpin": "message.unpinned",
  "thread.follow": "thread.followed",
  "thread.unfollow": "thread.unfollowed",
};

function isSame(log: LogReader, prior: PriorEntry, command: CommandContent): boolean {
  if (prior.type !== entryTypes[command.type]) return false;
  if (command.type === "message.send") {
    if (prior.replyTo !== (command.replyTo ?? null) || prior.thread !== (command.thread ?? null)) return false;
  } else if (prior.target !== command.seq) return false;
  if ("emoji" in command) return prior.detail === command.emoji;
  if (!("text" in command)) return true;
  return prior.digest === null ? prior.text === command.text : prior.digest === log.digest(command.text);
}
