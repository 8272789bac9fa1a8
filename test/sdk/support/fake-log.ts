import {
  type AppendingCommand,
  type ChannelCommand,
  type Event,
  type Message,
  type Page,
  type PageQuery,
  previewOf,
  type Quote,
} from "../../../src/protocol";

type WithoutId<C> = C extends unknown ? Omit<C, "id"> : never;
export type FakeCommand = WithoutId<AppendingCommand>;
type Uncomposed<C> = C extends unknown ? Omit<C, "nonce" | "epoch" | "after"> : never;
export type RequestedChange = Uncomposed<FakeCommand>;
type Notice = Extract<Event, { type: "member.joined" | "member.left" | "member.changed" | "channel.changed" }>;
export type NoticeContent = Notice extends infer E ? (E extends Notice ? Pick<E, "type" | "data"> : never) : never;

const NO_ANNOTATIONS = {
  reactions: { version: 0, items: [] },
  replies: { version: 0, count: 0, lastAt: null, participants: [], followers: [] },
  pin: { version: 0, by: null, at: null },
};

/** A channel's log, without the rules that other tests cover. */
export class FakeLog {
  epoch = "e1";
  events: Event[] = [];
  /** The messages of all threads, ascending. */
  messages: Message[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get head(): number {
    return this.events.length;
  }

  /**
   * Appends an entry. Returns its event, or the seq of the prior entry if the command is a
   * repetition.
   */
  append(author: string, command: FakeCommand): Event | number {
    const from = command.epoch === this.epoch ? command.after : 0;
    const known = this.events.find(
      ({ seq, actor, nonce }) => seq > from && actor === author && nonce === command.nonce,
    );
    if (known) return known.seq;
    const event = this.#perform(author, command);
    this.events.push(event);
    return event;
  }

  /** Performs a change of another user. */
  do(author: string, change: RequestedChange): Event {
    const position = { nonce: crypto.randomUUID(), epoch: this.epoch, after: this.head };
    const event = this.append(author, { ...change, ...position });
    if (typeof event === "number") throw new Error("the random nonce was already used");
    return event;
  }

  say(author: string, text: string, place: { thread?: number; replyTo?: number } = {}): Event {
    return this.do(author, { type: "message.send", text, ...place });
  }

  /** Appends a notice, as the directory does. */
  notice(actor: string, content: NoticeContent): Event {
    const event: Event = { seq: this.head + 1, at: this.#now(), actor, nonce: crypto.randomUUID(), ...content };
    this.events.push(event);
    return event;
  }

  /** Deletes what an author sent from an entry on, as a moderator does with one entry. */
  purge(actor: string, author: string, from: number): Event {
    const event = this.#purge(actor, { author, from, through: this.head });
    this.events.push(event);
    return event;
  }

  message(seq: number): Message {
    const message = this.messages.find((one) => one.seq === seq);
    if (!message) throw new Error(`there is no message ${seq}`);
    return message;
  }

  /** Returns the messages outside threads (null) or in a thread. */
  messagesIn(thread: number | null): Message[] {
    return this.messages.filter((message) => message.thread === thread);
  }

  page({ before, after, around, thread, limit }: PageQuery): Page {
    const messages = this.messagesIn(thread ?? null);
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

  /** Begins a new epoch with only the first `keep` entries. */
  restore(epoch: string, keep: number): void {
    this.epoch = epoch;
    const kept = this.events.slice(0, keep);
    this.events = [];
    this.messages = [];
    for (const event of kept) {
      this.#redo(event);
      this.events.push(event);
    }
  }

  #redo(event: Event): void {
    const again = { nonce: event.nonce, epoch: this.epoch, after: 0 };
    if (event.type === "message.sent") {
      const { body, thread, reply } = event.data;
      const text = body.state === "live" ? body.text : "";
      const place = { ...(thread !== null && { thread }), ...(reply && { replyTo: reply.seq }) };
      this.#perform(event.actor, { ...again, type: "message.send", text, ...place });
    } else if (event.type === "messages.purged") this.#purge(event.actor, event.data);
    else if ("target" in event.data) {
      const { target } = event.data;
      const text = "body" in event.data && event.data.body.state === "live" ? event.data.body.text : "";
      const emoji = "emoji" in event.data ? event.data.emoji : "";
      const type = commandOf[event.type];
      if (type) this.#perform(event.actor, { ...again, type, seq: target, text, emoji } as FakeCommand);
    }
  }

  #purge(actor: string, { author, from, through }: { author: string; from: number; through: number }): Event {
    const [seq, at] = [this.head + 1, this.#now()];
    const isPurged = (one: Message) => one.author === author && one.seq >= from && one.seq <= through;
    const purged = this.messages.filter((one) => isPurged(one) && one.body.state === "live");
    for (const { seq: target } of purged) {
      this.#rewrite(target, { state: "deleted", version: seq, deletedAt: at });
      this.#update(target, { reactions: { version: seq, items: [] }, pin: { version: seq, by: null, at: null } });
    }
    const roots = [...new Set(purged.map(({ thread }) => thread))].flatMap((root) => this.#touch(root, seq, []) ?? []);
    const data = { author, from, through, roots };
    return { seq, at, actor, nonce: crypto.randomUUID(), type: "messages.purged", data };
  }

  #update(seq: number, change: Partial<Message>): Message {
    const changed = { ...this.message(seq), ...change };
    this.messages = this.messages.map((message) => (message.seq === seq ? changed : message));
    return changed;
  }

  /** Updates the thread summary of `root` to a version. */
  #touch(root: number | null, version: number, joining: string[]): { seq: number; replies: Message["replies"] } | null {
    if (root === null) return null;
    const live = this.messagesIn(root).filter(({ body }) => body.state === "live");
    const participants = [...new Set(live.map(({ author }) => author).reverse())].slice(0, 5);
    const followers = [...new Set([...this.message(root).replies.followers, ...joining])];
    const replies = { version, count: live.length, lastAt: live.at(-1)?.at ?? null, participants, followers };
    this.#update(root, { replies });
    return { seq: root, replies };
  }

  #rewrite(seq: number, body: Message["body"]): void {
    this.#update(seq, { body });
    for (const { seq: answer, reply } of this.messages) {
      if (reply?.seq === seq) this.#update(answer, { reply: quoteOf({ ...reply, body }) });
    }
  }

  #perform(actor: string, command: FakeCommand): Event {
    const at = this.#now();
    const seq = this.head + 1;
    const entry = { seq, at, actor, nonce: command.nonce };
    const live = { state: "live" as const, mentions: { users: [], all: null }, attachments: [] };
    switch (command.type) {
      case "message.send": {
        const { text, thread = null, replyTo } = command;
        const quoted = replyTo === undefined ? null : this.message(replyTo);
        const reply = quoted && quoteOf(quoted);
        const body = { ...live, text, version: seq, editedAt: null } as const;
        this.messages.push({ ...NO_ANNOTATIONS, seq, author: actor, nonce: command.nonce, at, body, reply, thread });
        return {
          ...entry,
          type: "message.sent",
          data: { body, reply, thread, root: this.#touch(thread, seq, [actor]) },
        };
      }
      case "message.edit": {
        const body = { ...live, text: command.text, version: seq, editedAt: at } as const;
        this.#rewrite(command.seq, body);
        return { ...entry, type: "message.edited", data: { target: command.seq, body } };
      }
      case "message.delete": {
        const body = { state: "deleted", version: seq, deletedAt: at } as const;
        this.#rewrite(command.seq, body);
        this.#update(command.seq, {
          reactions: { version: seq, items: [] },
          pin: { version: seq, by: null, at: null },
        });
        const root = this.#touch(this.message(command.seq).thread, seq, []);
        return { ...entry, type: "message.deleted", data: { target: command.seq, body, root } };
      }
      case "reaction.add":
      case "reaction.remove": {
        const { seq: target, emoji, type } = command;
        const items = withReaction(this.message(target).reactions.items, emoji, actor, type === "reaction.add");
        const { reactions } = this.#update(target, { reactions: { version: seq, items } });
        const eventType = type === "reaction.add" ? "reaction.added" : "reaction.removed";
        return { ...entry, type: eventType, data: { target, emoji, reactions } };
      }
      case "message.pin":
      case "message.unpin": {
        const isPin = command.type === "message.pin";
        const { pin } = this.#update(command.seq, {
          pin: isPin ? { version: seq, by: actor, at } : { version: seq, by: null, at: null },
        });
        const data = { target: command.seq, pin };
        return { ...entry, type: isPin ? "message.pinned" : "message.unpinned", data };
      }
      case "thread.follow":
      case "thread.unfollow": {
        const isFollow = command.type === "thread.follow";
        const before = this.message(command.seq).replies;
        const others = before.followers.filter((user) => user !== actor);
        const followers = isFollow ? [...others, actor] : others;
        const { replies } = this.#update(command.seq, { replies: { ...before, version: seq, followers } });
        const data = { target: command.seq, replies };
        return { ...entry, type: isFollow ? "thread.followed" : "thread.unfollowed", data };
      }
    }
  }
}

const quoteOf = ({ seq, author, body }: Pick<Message, "seq" | "author" | "body">): Quote =>
  body.state === "live"
    ? { seq, author, state: "live", preview: previewOf(body.text) }
    : { seq, author, state: "deleted", preview: null };

const commandOf: Partial<Record<Event["type"], ChannelCommand["type"]>> = {
  "message.edited": "message.edit",
  "message.deleted": "message.delete",
  "reaction.added": "reaction.add",
  "reaction.removed": "reaction.remove",
  "message.pinned": "message.pin",
  "message.unpinned": "message.unpin",
  "thread.followed": "thread.follow",
  "thread.unfollowed": "thread.unfollow",
};

function withReaction(items: Message["reactions"]["items"], emoji: string, user: string, isAdded: boolean) {
  const known = items.some((item) => item.emoji === emoji) ? items : [...items, { emoji, users: [] }];
  const next = known.map((item) => {
    if (item.emoji !== emoji) return item;
    const others = item.users.filter((one) => one !== user);
    return { emoji, users: isAdded ? [...others, user] : others };
  });
  return next.filter(({ users }) => users.length > 0);
}
