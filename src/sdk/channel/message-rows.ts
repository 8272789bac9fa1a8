// The rows that a channel shows: the loaded messages with unconfirmed changes applied to them, then
// the unconfirmed messages.
import { type ComposedCommand, type Message, noAttachments, type Quote } from "../../protocol";
import { kindOf } from "../outbox/command-composer";
import { NO_ANNOTATIONS } from "./message-states";
import { withOptimisticUpdate } from "./optimistic-updates";
import type { PendingCommand, PendingStage } from "./pending-command";
import type { MessageDelivery, MessageView, OutgoingFileView } from "./views";

const SENT: MessageDelivery = { state: "sent" };

type Send = Extract<ComposedCommand, { type: "message.send" }>;

/**
 * Caches the row of every message without unconfirmed changes, so that a list gets the same object
 * while nothing about the message changes.
 */
export class MessageRows {
  readonly #plainRows = new WeakMap<Message, MessageView>();

  /**
   * Returns the rows. Unconfirmed messages of `thread` come last. `quote` finds the messages to
   * which they reply.
   */
  build(
    messages: readonly Message[],
    pending: readonly PendingCommand[],
    thread: number | null,
    quote: (seq: number) => Quote | null,
  ): MessageView[] {
    const keys = new Set<string>();
    const rows: MessageView[] = [];
    const add = (row: MessageView) => {
      // A client may have used a nonce twice, but a list needs distinct keys.
      rows.push(keys.has(row.key) ? { ...row, key: `${row.key}:${row.seq ?? rows.length}` } : row);
      keys.add(row.key);
    };
    const changes = Map.groupBy(pending, ({ entry: { command } }) => ("seq" in command ? command.seq : null));
    for (const message of messages) add(this.#rowWithChanges(message, changes.get(message.seq) ?? []));
    for (const one of changes.get(null) ?? []) {
      const { command } = one.entry;
      if (command.type === "message.send" && isShownIn(command, thread)) add(unconfirmedRow(one, command, quote));
    }
    return rows;
  }

  /** Returns the row of a single message. */
  row(message: Message, pending: readonly PendingCommand[]): MessageView {
    const changes = pending.filter(({ entry: { command } }) => "seq" in command && command.seq === message.seq);
    return this.#rowWithChanges(message, changes);
  }

  #rowWithChanges(message: Message, changes: readonly PendingCommand[]): MessageView {
    let row = this.#plainRows.get(message);
    if (!row) {
      row = rowOf(message);
      this.#plainRows.set(message, row);
    }
    for (const one of changes) row = withChange(row, one);
    return row;
  }
}

const isShownIn = (command: Send, thread: number | null): boolean =>
  (command.thread ?? null) === thread || (thread === null && command.toChannel === true);

function rowOf({
  nonce,
  seq,
  author,
  at,
  body,
  reply,
  thread,
  forwarded,
  reactions,
  replies,
  pin,
}: Message): MessageView {
  const isLive = body.state === "live";
  return {
    key: nonce,
    seq,
    author,
    at,
    state: body.state,
    text: isLive ? body.text : "",
    attachments: isLive ? body.attachments : noAttachments,
    edited: isLive && body.editedAt !== null,
    mentions: isLive ? body.mentions : null,
    reply,
    forwarded: forwarded === true,
    thread,
    reactions: reactions.items,
    replies,
    pin,
    delivery: SENT,
    body,
  };
}

/**
 * Applies a change to a row. Unconfirmed edits and deletions, and every failed change, show in
 * `delivery`. Other changes show only their effect.
 */
function withChange(row: MessageView, { entry, stage }: PendingCommand): MessageView {
  const { command, composedAt } = entry;
  if (stage.state === "failed") return { ...row, delivery: failedDelivery(stage, command) };
  const changesText = command.type === "message.edit" || command.type === "message.delete";
  return { ...withOptimisticUpdate(row, entry), ...(changesText && { delivery: deliveryOf(stage, composedAt) }) };
}

const filesOf = ({ entry: { files = [] }, sent = [] }: PendingCommand): OutgoingFileView[] =>
  files.map(({ upload: _, ticket, ...file }, at) => ({
    ...file,
    sent: ticket === undefined ? (sent[at] ?? 0) : file.bytes.size,
    isComplete: ticket !== undefined,
  }));

function unconfirmedRow(pending: PendingCommand, command: Send, quote: (seq: number) => Quote | null): MessageView {
  const { entry, stage } = pending;
  return {
    key: command.nonce,
    seq: stage.state === "acked" ? stage.seq : null,
    author: entry.author,
    at: entry.composedAt,
    state: "live",
    text: command.text,
    attachments: noAttachments,
    ...(entry.files && { files: filesOf(pending) }),
    edited: false,
    mentions: null,
    reply: command.replyTo === undefined ? null : quote(command.replyTo),
    forwarded: command.forwarded === true,
    thread: command.thread ?? null,
    reactions: NO_ANNOTATIONS.reactions.items,
    replies: NO_ANNOTATIONS.replies,
    pin: NO_ANNOTATIONS.pin,
    delivery: stage.state === "failed" ? failedDelivery(stage, command) : deliveryOf(stage, entry.composedAt),
    body: null,
  };
}

const deliveryOf = ({ state }: PendingStage, since: number): MessageDelivery =>
  state === "acked" ? SENT : { state: "sending", since };

function failedDelivery(
  { code, detail }: Extract<PendingStage, { state: "failed" }>,
  command: ComposedCommand,
): MessageDelivery {
  const text = command.type === "message.edit" ? { text: command.text } : {};
  return { state: "failed", change: kindOf(command), code, detail, ...text };
}
