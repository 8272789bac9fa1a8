// What a channel shows: the loaded messages with the changes that are under way laid over them, then what is not confirmed yet.
import type { Message } from "../protocol";
import type { Pending } from "./pending";
import type { Delivery, MessageView } from "./views";

const SENT: Delivery = { state: "sent" };

/** Remembers the row of every untouched message, so that lists see the same object while nothing about it changes. */
export class MessageRows {
  readonly #plain = new WeakMap<Message, MessageView>();

  build(messages: readonly Message[], pending: readonly Pending[]): MessageView[] {
    const changes = new Map<number, Pending>();
    const keys = new Set<string>();
    const rows: MessageView[] = [];
    const add = (row: MessageView) => {
      // Somebody may have used one nonce twice; a list needs distinct keys.
      rows.push(keys.has(row.key) ? { ...row, key: `${row.key}:${row.seq ?? rows.length}` } : row);
      keys.add(row.key);
    };
    for (const one of pending) {
      if (one.entry.command.type !== "message.send") changes.set(one.entry.command.seq, one);
    }
    for (const message of messages) {
      const change = changes.get(message.seq);
      add(change ? changedRow(this.#row(message), change) : this.#row(message));
    }
    for (const one of pending) {
      if (one.entry.command.type === "message.send") add(unconfirmedRow(one, one.entry.command.text));
    }
    return rows;
  }

  #row(message: Message): MessageView {
    let row = this.#plain.get(message);
    if (!row) {
      row = rowOf(message);
      this.#plain.set(message, row);
    }
    return row;
  }
}

function rowOf({ nonce, seq, author, at, body }: Message): MessageView {
  const text = body.state === "live" ? body.text : null;
  const edited = body.state === "live" && body.editedAt !== null;
  return { key: nonce, seq, author, at, text, edited, delivery: SENT, body };
}

function changedRow(row: MessageView, { entry, stage }: Pending): MessageView {
  const delivery = deliveryOf({ entry, stage });
  if (stage.state === "failed") return { ...row, delivery };
  if (entry.command.type === "message.edit") return { ...row, text: entry.command.text, edited: true, delivery };
  return { ...row, text: null, delivery };
}

function unconfirmedRow({ entry, stage }: Pending, text: string): MessageView {
  return {
    key: entry.command.nonce,
    seq: stage.state === "acked" ? stage.seq : null,
    author: entry.author,
    at: entry.composedAt,
    text,
    edited: false,
    delivery: deliveryOf({ entry, stage }),
    body: null,
  };
}

function deliveryOf({ entry, stage }: Pending): Delivery {
  if (stage.state === "failed") return { state: "failed", code: stage.code, detail: stage.detail };
  return stage.state === "acked" ? SENT : { state: "sending", since: entry.composedAt };
}
