// A simple log in memory. It stores what the rules return, so that tests can perform commands.
import { type Annotations, noAnnotations } from "../../src/domain/annotations";
import { append } from "../../src/domain/append";
import type { TicketReader } from "../../src/domain/attachments";
import { ChatError } from "../../src/domain/error";
import type {
  AppendOutcome,
  CommandContent,
  LogReader,
  PriorEntry,
  TargetMessage,
  ThreadUpdate,
} from "../../src/domain/log";
import { type MessageParts, partsOfText } from "../../src/domain/message";
import { permissionsOf } from "../../src/domain/permission-sets";
import {
  type ChannelKind,
  type ComposedCommand,
  limits,
  type MentionedRole,
  type NamedRoles,
  noMentions,
  type Role,
} from "../../src/protocol";

export const EPOCH = "k3f9";

interface Entry extends PriorEntry {
  actor: string;
  version: number;
  changedAt: number;
  deleted: boolean;
  /** The parts that the row has now; those of a deleted message are empty. */
  parts: MessageParts;
}

type Append = Exclude<AppendOutcome, { kind: "known" }>;

export class PlainLog implements LogReader {
  readonly channel = "c_1";
  readonly epoch = EPOCH;
  readonly entries: Entry[] = [];
  readonly around = new Map<number, Annotations>();

  get head(): number {
    return this.entries.length;
  }

  digest(text: string): string {
    return `digest of ${text}`;
  }

  message(seq: number): TargetMessage | null {
    const entry = this.entries[seq - 1];
    if (entry?.type !== "message.sent") return null;
    const { actor: author, thread, version, deleted, changedAt, content, parts } = entry;
    const target = { seq, author, thread, version, changedAt, digest: "digest" in content ? content.digest : null };
    return deleted ? { ...target, state: "deleted" } : { ...target, state: "live", parts };
  }

  annotations(seq: number): Annotations {
    return this.around.get(seq) ?? noAnnotations;
  }

  /** These tests have no edits that mention somebody. */
  mentionsSoFar() {
    return noMentions;
  }

  /** The replies of a thread that are not deleted, newest first, by a search of the whole log. */
  repliesOf(root: number): Entry[] {
    return this.entries
      .filter(({ type, thread, deleted }) => type === "message.sent" && thread === root && !deleted)
      .toReversed();
  }

  countPins(): number {
    return [...this.around.values()].filter(({ pin }) => pin.by !== null).length;
  }

  prior(actor: string, nonce: string): PriorEntry | null {
    return this.entries.find((entry) => entry.actor === actor && entry.nonce === nonce) ?? null;
  }

  perform(outcome: AppendOutcome, actor: string, nonce: string): void {
    if (outcome.kind === "known") return;
    const seq = this.head + 1;
    const at = seq * 1_000;
    const blank = { target: null, thread: null, replyTo: null, detail: null };
    const parts = outcome.kind === "send" ? outcome.parts : partsOfText("");
    const made = { seq, at, nonce, actor, version: seq, changedAt: at, deleted: false, ...blank };
    this.entries.push({ ...made, parts, content: { parts }, ...entryOf(outcome) });
    this.#change(outcome, seq, at);
    if ("threadUpdate" in outcome) this.#updateThread(outcome.threadUpdate, seq);
  }

  #change(outcome: Append, seq: number, at: number): void {
    if (outcome.kind === "send") return;
    const { target } = outcome;
    const message = this.entries[target - 1];
    if (!message) throw new Error("there is no message to change");
    switch (outcome.kind) {
      case "edit":
        Object.assign(message, { version: seq, changedAt: at, parts: outcome.parts });
        message.content = { digest: outcome.sentDigest };
        return;
      case "delete":
        Object.assign(message, { version: seq, changedAt: at, parts: partsOfText(""), deleted: true });
        message.content = { digest: outcome.sentDigest };
        this.#put(target, { reactions: { version: seq, items: [] }, pin: { version: seq, by: null, at: null } });
        return;
      case "react":
        this.#put(target, { reactions: outcome.reactions });
        return;
      case "pin":
        this.#put(target, { pin: outcome.pin });
        return;
      case "follow":
        this.#put(target, { replies: outcome.replies });
        return;
    }
  }

  #put(seq: number, change: Partial<Annotations>): void {
    this.around.set(seq, { ...this.annotations(seq), ...change });
  }

  #updateThread(threadUpdate: ThreadUpdate | null, version: number): void {
    if (!threadUpdate) return;
    const { root, followers } = threadUpdate;
    const { replies } = this.annotations(root);
    const newest = this.repliesOf(root);
    const participants = [...new Set(newest.map(({ actor }) => actor))].slice(0, limits.threadParticipants);
    const summary = { version, count: newest.length, lastAt: newest[0]?.at ?? null, participants };
    this.#put(root, { replies: { ...summary, followers: [...(followers ?? replies.followers)] } });
  }
}

/** The columns of an entry that a rule decides. */
function entryOf(outcome: Append): Pick<PriorEntry, "type"> & Partial<PriorEntry> {
  switch (outcome.kind) {
    case "send": {
      const { replyTo, threadUpdate } = outcome;
      return { type: "message.sent", replyTo, thread: threadUpdate?.root ?? null };
    }
    case "edit":
      return { type: "message.edited", target: outcome.target, content: { digest: outcome.digest } };
    case "delete":
      return { type: "message.deleted", target: outcome.target };
    case "react":
      return { type: outcome.type, target: outcome.target, detail: outcome.emoji };
    case "pin":
    case "follow":
      return { type: outcome.type, target: outcome.target };
  }
}

export interface Someone {
  user: string;
  role?: Role;
  kind?: ChannelKind;
  since?: number;
  /** User by handle; by default `members`. */
  members?: ReadonlyMap<string, string>;
  /** The roles that a text can mention; none by default. */
  roles?: NamedRoles<MentionedRole>;
  /** Reads tickets; by default every ticket is refused. */
  tickets?: TicketReader;
}

const noTickets: TicketReader = {
  read: () => {
    throw new ChatError("ticket_invalid");
  },
  isUsed: () => false,
};

export const members: ReadonlyMap<string, string> = new Map([
  ["alice", "u_alice"],
  ["bob", "u_bob"],
  ["carol", "u_carol"],
]);

/** Checks and performs one command. Returns the outcome of the rules. */
export function play(
  log: PlainLog,
  { user, role = "member", kind = "direct", since = 0, members: known = members, roles, tickets }: Someone,
  nonce: string,
  command: CommandContent,
): AppendOutcome {
  const isMember = (one: string) => [...known.values()].includes(one);
  const who = { user, permissions: permissionsOf(kind, role), since, members: known, isMember };
  const context = {
    ...who,
    now: (log.head + 1) * 1_000,
    isDeserted: false,
    mentionable: { namedRoles: roles ?? null },
    tickets: tickets ?? noTickets,
  };
  const outcome = append(log, context, command, log.prior(user, nonce));
  log.perform(outcome, user, nonce);
  return outcome;
}

export const send = (text: string, on: { replyTo?: number; thread?: number } = {}) =>
  ({ type: "message.send", text, ...on }) as const;
export const edit = (seq: number, text: string) => ({ type: "message.edit", seq, text }) as const;
export const remove = (seq: number) => ({ type: "message.delete", seq }) as const;
export const react = (seq: number, emoji: string) => ({ type: "reaction.add", seq, emoji }) as const;
export const unreact = (seq: number, emoji: string) => ({ type: "reaction.remove", seq, emoji }) as const;
export const on = <T extends "message.pin" | "message.unpin" | "thread.follow" | "thread.unfollow">(
  type: T,
  seq: number,
) => ({ type, seq });
export const position = (epoch: string, after: number): Pick<ComposedCommand, "epoch" | "after"> => ({ epoch, after });
