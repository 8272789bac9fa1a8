import type { AppendingCommand, Event, Message, Page, PageQuery } from "../../../src/protocol";

/** A channel's log in a few lines: what a server must answer, without the rules that are tested elsewhere. */
export class FakeLog {
  epoch = "e1";
  events: Event[] = [];
  messages: Message[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get head(): number {
    return this.events.length;
  }

  /** The event, or the seq of the first one where the command has been here before. */
  append(author: string, command: Omit<AppendingCommand, "id"> & { text?: string; seq?: number }): Event | number {
    const from = command.epoch === this.epoch ? command.after : 0;
    const known = this.events.find(
      ({ seq, actor, nonce }) => seq > from && actor === author && nonce === command.nonce,
    );
    if (known) return known.seq;
    const event = this.#eventOf(author, command);
    this.events.push(event);
    return event;
  }

  /** As somebody else would write it. */
  say(author: string, text: string): Event {
    const command = {
      type: "message.send",
      nonce: crypto.randomUUID(),
      epoch: this.epoch,
      after: this.head,
      text,
    } as const;
    const event = this.append(author, command);
    if (typeof event === "number") throw new Error("a random nonce was taken");
    return event;
  }

  page({ before, after, around, limit }: PageQuery): Page {
    const { messages } = this;
    let start = Math.max(0, messages.length - limit);
    const from = (seq: number) => messages.filter((message) => message.seq < seq).length;
    if (before !== undefined) start = Math.max(0, from(before) - limit);
    if (after !== undefined) start = from(after + 1);
    if (around !== undefined) start = Math.max(0, from(around) - Math.floor(limit / 2));
    const end = before === undefined ? start + limit : from(before);
    return {
      messages: messages.slice(start, end),
      moreBefore: start > 0,
      moreAfter: end < messages.length,
      head: this.head,
      epoch: this.epoch,
    };
  }

  /** Another life of the log: what was written last is gone. */
  restore(epoch: string, keep: number): void {
    this.epoch = epoch;
    const kept = this.events.slice(0, keep);
    this.events = [];
    this.messages = [];
    for (const event of kept) this.#replay(event);
  }

  #replay(event: Event): void {
    this.events.push(event);
    if (event.type === "message.sent") {
      this.messages.push({
        seq: event.seq,
        author: event.actor,
        nonce: event.nonce,
        at: event.at,
        body: event.data.body,
      });
    } else this.#change(event.data.target, event.data.body);
  }

  #change(seq: number, body: Message["body"]): void {
    this.messages = this.messages.map((message) => (message.seq === seq ? { ...message, body } : message));
  }

  #eventOf(
    actor: string,
    {
      type,
      nonce,
      text = "",
      seq: target = 0,
    }: { type: AppendingCommand["type"]; nonce: string; text?: string; seq?: number },
  ): Event {
    const at = this.#now();
    const entry = { seq: this.head + 1, at, actor, nonce };
    if (type === "message.send") {
      const body = { state: "live", text, version: entry.seq, editedAt: null } as const;
      this.messages.push({ seq: entry.seq, author: actor, nonce, at, body });
      return { ...entry, type: "message.sent", data: { body } };
    }
    if (type === "message.edit") {
      const body = { state: "live", text, version: entry.seq, editedAt: at } as const;
      this.#change(target, body);
      return { ...entry, type: "message.edited", data: { target, body } };
    }
    const body = { state: "deleted", version: entry.seq, deletedAt: at } as const;
    this.#change(target, body);
    return { ...entry, type: "message.deleted", data: { target, body } };
  }
}
