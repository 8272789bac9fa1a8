// What a channel shows: the loaded messages with the changes that are under way laid over them, then what is not confirmed yet.
import type { Message, Quote } from "../../protocol";
import { kindOf } from "../outbox/command-composer";
import type { ComposedCommand } from "../outbox/outbox";
import type { PendingCommand, PendingStage } from "../outbox/pending-commands";
import { bare } from "./message-states";
import { overlaid } from "./optimistic-updates";
import type { MessageDelivery, MessageView } from "./views";

const SENT: MessageDelivery = { state: "sent" };

type Send = Extract<ComposedCommand, { type: "message.send" }>;

/** Remembers the row of every untouched message, so that lists see the same object while nothing about it changes. */
export class MessageRows {
  readonly #plain = new WeakMap<Message, MessageView>();

  /** Unconfirmed messages of that thread stand last; `quote` looks up what they answer. */
  build(
    messages: readonly Message[],
    pending: readonly PendingCommand[],
    thread: number | null,
    quote: (seq: number) => Quote | null,
  ): MessageView[] {
    const keys = new Set<string>();
    const rows: MessageView[] = [];
    const add = (row: MessageView) => {
      // Somebody may have used one nonce twice; a list needs distinct keys.
      rows.push(keys.has(row.key) ? { ...row, key: `${row.key}:${row.seq ?? rows.length}` } : row);
      keys.add(row.key);
    };
    const changes = Map.groupBy(pending, ({ entry: { command } }) => ("seq" in command ? command.seq : null));
    for (const message of messages) add(this.#changed(message, changes.get(message.seq) ?? []));
    for (const one of changes.get(null) ?? []) {
      const { command } = one.entry;
      if (command.type === "message.send" && (command.thread ?? null) === thread) add(unconfirmed(one, command, quote));
    }
    return rows;
  }

  /** One message by itself. */
  row(message: Message, pending: readonly PendingCommand[]): MessageView {
    const changes = pending.filter(({ entry: { command } }) => "seq" in command && command.seq === message.seq);
    return this.#changed(message, changes);
  }

  #changed(message: Message, changes: readonly PendingCommand[]): MessageView {
    let row = this.#plain.get(message);
    if (!row) {
      row = rowOf(message);
      this.#plain.set(message, row);
    }
    for (const one of changes) row = changed(row, one);
    return row;
  }
}

function rowOf({ nonce, seq, author, at, body, reply, thread, reactions, replies, pin }: Message): MessageView {
  const isLive = body.state === "live";
  return {
    key: nonce,
    seq,
    author,
    at,
    text: isLive ? body.text : null,
    edited: isLive && body.editedAt !== null,
    mentions: isLive ? body.mentions : null,
    reply,
    thread,
    reactions: reactions.items,
    replies,
    pin,
    delivery: SENT,
    body,
  };
}

/** Reactions, pins and follows show by themselves: only what they say, and what failed, is worth a word on the message. */
function changed(row: MessageView, { entry, stage }: PendingCommand): MessageView {
  const { command, composedAt } = entry;
  if (stage.state === "failed") return { ...row, delivery: failure(stage, command) };
  const isWords = command.type === "message.edit" || command.type === "message.delete";
  return { ...overlaid(row, entry), ...(isWords && { delivery: deliveryOf(stage, composedAt) }) };
}

function unconfirmed(
  { entry, stage }: PendingCommand,
  command: Send,
  quote: (seq: number) => Quote | null,
): MessageView {
  return {
    key: command.nonce,
    seq: stage.state === "acked" ? stage.seq : null,
    author: entry.author,
    at: entry.composedAt,
    text: command.text,
    edited: false,
    mentions: null,
    reply: command.replyTo === undefined ? null : quote(command.replyTo),
    thread: command.thread ?? null,
    reactions: bare.reactions.items,
    replies: bare.replies,
    pin: bare.pin,
    delivery: stage.state === "failed" ? failure(stage, command) : deliveryOf(stage, entry.composedAt),
    body: null,
  };
}

const deliveryOf = ({ state }: PendingStage, since: number): MessageDelivery =>
  state === "acked" ? SENT : { state: "sending", since };

function failure(
  { code, detail }: Extract<PendingStage, { state: "failed" }>,
  command: ComposedCommand,
): MessageDelivery {
  const text = command.type === "message.edit" ? { text: command.text } : {};
  return { state: "failed", change: kindOf(command), code, detail, ...text };
}
