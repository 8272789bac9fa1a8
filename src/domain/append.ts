// The rules of everything that takes a seq. A command is judged in arrival order against the log including its own turn,
// and a command that was done before is answered as it was the first time, whatever has happened to the message since.

import type { ChannelKind, Role } from "../protocol";
import { ChatError } from "./error";
import type { Composed, LogReader, Outcome, PriorEntry, TargetMessage, Uncursored } from "./log";
import { require } from "./permission";

export interface Actor {
  user: string;
  role: Role;
  kind: ChannelKind;
}

/** Where the search for an earlier use of a command's nonce begins. A cursor of another life of the log says nothing about this one. */
export const searchFrom = (log: LogReader, command: Pick<Composed, "epoch" | "after">): number =>
  command.epoch === log.epoch ? Math.min(command.after, log.head) : 0;

/** Judges one command; `prior` is the entry its nonce or key was used for. Throws `nonce_conflict`, `forbidden`, `not_found`, `message_deleted`. */
export function append(log: LogReader, actor: Actor, command: Uncursored, prior: PriorEntry | null): Outcome {
  if (prior) {
    if (!isSame(log, prior, command)) throw new ChatError("nonce_conflict");
    return { kind: "known", seq: prior.seq, at: prior.at };
  }
  switch (command.type) {
    case "message.send":
      require(actor.kind, actor.role, "send");
      return { kind: "send", text: command.text };
    case "message.edit":
      return edit(log, actor, command);
    case "message.delete":
      return remove(log, actor, command.seq);
  }
}

function edit(log: LogReader, actor: Actor, command: Extract<Uncursored, { type: "message.edit" }>): Outcome {
  const target = find(log, command.seq);
  if (target.author !== actor.user) throw new ChatError("forbidden", "only its author edits a message");
  require(actor.kind, actor.role, "edit_own");
  if (target.deleted) throw new ChatError("message_deleted");
  const { seq, text } = command;
  return { kind: "edit", target: seq, text, digest: log.digest(text), sentDigest: sentDigest(log, target) };
}

function remove(log: LogReader, actor: Actor, seq: number): Outcome {
  const target = find(log, seq);
  require(actor.kind, actor.role, target.author === actor.user ? "delete_own" : "delete_any");
  // Deleting twice is the same as deleting once, so it needs no entry of its own to be repeatable.
  if (target.deleted) return { kind: "known", seq: target.version, at: target.changedAt };
  return { kind: "delete", target: seq, sentDigest: sentDigest(log, target) };
}

function find(log: LogReader, seq: number): TargetMessage {
  const target = log.message(seq);
  if (!target) throw new ChatError("not_found", "no message has this seq");
  return target;
}

/** The hash of what the message was sent with, from the row while it still holds that. */
const sentDigest = (log: LogReader, target: TargetMessage): string => target.digest ?? log.digest(target.text ?? "");

const entryTypes = {
  "message.send": "message.sent",
  "message.edit": "message.edited",
  "message.delete": "message.deleted",
} as const;

function isSame(log: LogReader, prior: PriorEntry, command: Uncursored): boolean {
  if (prior.type !== entryTypes[command.type]) return false;
  if (command.type !== "message.send" && prior.target !== command.seq) return false;
  if (command.type === "message.delete") return true;
  return prior.digest === null ? prior.text === command.text : prior.digest === log.digest(command.text);
}
