// The list of channels as it is shown. Rows come from the user socket, and from the channels that are open here: the server
// tells those to the person's other devices first. Of two rows of one channel the one with the higher (life, head, read) holds.
import {
  type Channel,
  type HeardEvent,
  type InboxRow,
  limits,
  type Mentions,
  type Profile,
  previewOf,
} from "../protocol";
import { Cell } from "./store";
import type { InboxEntry } from "./views";

type Sent = Extract<HeardEvent, { type: "message.sent" }>;

export class Inbox {
  /** Newest first; null until it is complete for the first time. */
  readonly entries = new Cell<InboxEntry[] | null>(null);
  readonly #people = new Map<string, Profile>();
  readonly #channels = new Map<string, Channel>();
  readonly #rows = new Map<string, InboxRow>();
  /** What this device has read, which rows on their way may not know of. */
  readonly #marks = new Map<string, number>();
  #isComplete = false;

  addChannels(channels: readonly Channel[]): void {
    for (const channel of channels) {
      this.#channels.set(channel.id, channel);
      for (const { user } of channel.members) this.#people.set(user.id, user);
    }
    this.#publish();
  }

  addRows(rows: readonly InboxRow[]): void {
    for (const row of rows) {
      const known = this.#rows.get(row.channel);
      if (known && isOlder(row, known)) continue;
      // What was read of an earlier life says nothing of this one.
      if (known && row.life > known.life) this.#marks.delete(row.channel);
      this.#rows.set(row.channel, row);
    }
    this.#publish();
  }

  complete(): void {
    this.#isComplete = true;
    this.#publish();
  }

  /** The whole list, as it was asked for when only the channels `before` were known: those of them that are missing are gone. */
  replaceChannels(channels: readonly Channel[], before: readonly string[]): string[] {
    const listed = new Set(channels.map(({ id }) => id));
    this.addChannels(channels);
    return before.filter((id) => !listed.has(id));
  }

  knows(channel: string): boolean {
    return this.#channels.has(channel);
  }

  get known(): string[] {
    return [...this.#channels.keys()];
  }

  /** I am not in it any more. */
  drop(channel: string): void {
    for (const known of [this.#channels, this.#rows, this.#marks]) known.delete(channel);
    this.#publish();
  }

  /** Channels there is a row of, but nothing else. */
  unknown(): string[] {
    return [...this.#rows.keys()].filter((id) => !this.#channels.has(id));
  }

  /** Drops a row whose channel cannot be loaded; its next change brings it back. */
  forget(channel: string): void {
    this.#rows.delete(channel);
  }

  happened(channel: string, events: readonly HeardEvent[], me: string | null): void {
    let row = this.#rows.get(channel) ?? emptyRow(channel);
    for (const event of events) {
      if (event.seq <= row.head) continue;
      row = { ...row, head: event.seq };
      if (event.type === "message.sent") row = withMessage(row, event, me);
    }
    this.#rows.set(channel, row);
    this.#publish();
  }

  /** My mark, as far as the server has told it. */
  readOf(channel: string): number {
    return this.#rows.get(channel)?.read ?? 0;
  }

  markRead(channel: string, seq: number): void {
    this.#marks.set(channel, Math.max(seq, this.#marks.get(channel) ?? 0));
    const row = this.#rows.get(channel);
    if (row && row.unreadFrom !== null && seq >= row.unreadFrom) {
      this.#rows.set(channel, { ...row, unreadFrom: null, ...(seq >= row.head && READ) });
    }
    this.#publish();
  }

  markUnread(channel: string, seq: number): void {
    const row = this.#asRead(this.#rows.get(channel) ?? emptyRow(channel));
    this.#rows.set(channel, { ...row, unreadFrom: seq, unread: Math.max(1, row.unread) });
    this.#publish();
  }

  remember(profile: Profile): void {
    this.#people.set(profile.id, profile);
  }

  profile(user: string): Profile | null {
    return this.#people.get(user) ?? null;
  }

  clear(): void {
    for (const known of [this.#people, this.#channels, this.#rows, this.#marks]) known.clear();
    this.#isComplete = false;
    this.entries.set(null);
  }

  #publish(): void {
    if (!this.#isComplete) return;
    const entries = [...this.#channels.values()].map((channel): InboxEntry => {
      const row = this.#rows.get(channel.id) ?? emptyRow(channel.id);
      const { id, kind, name, topic, history, createdBy, members: roster } = channel;
      const members = roster.map(({ user }) => user);
      return {
        ...{ id, kind, name, topic, history, createdBy, members, roster },
        row: this.#asRead({ ...row, at: row.at || channel.createdAt }),
      };
    });
    this.entries.set(entries.sort((a, b) => b.row.at - a.row.at || (a.id < b.id ? -1 : 1)));
  }

  /** The counts of a channel set to unread are its row's, however far this device has read before. */
  #asRead(row: InboxRow): InboxRow {
    const mark = this.#marks.get(row.channel) ?? 0;
    if (mark <= row.read) return row;
    return { ...row, read: mark, ...(mark >= row.head && row.unreadFrom === null && READ) };
  }
}

const READ = { unread: 0, mentions: 0, unreadFrom: null };

const emptyRow = (channel: string): InboxRow => ({ channel, life: 1, head: 0, preview: null, read: 0, at: 0, ...READ });

/** Whether a row says less than the known one [S45]. */
function isOlder(row: InboxRow, known: InboxRow): boolean {
  if (row.life !== known.life) return row.life < known.life;
  return row.head < known.head || (row.head === known.head && row.read < known.read);
}

/** As the server counts: a reply in a thread is for those who follow it or whom it calls, and no preview. */
function withMessage(row: InboxRow, { seq, at, actor: author, data }: Sent, me: string | null): InboxRow {
  const { body, thread, root } = data;
  if (body.state !== "live") return row;
  const preview = thread === null ? { author, at, text: previewOf(body.text) } : row.preview;
  const shown = { ...row, at, preview };
  if (author === me) return { ...shown, read: seq, ...(row.unreadFrom === null && READ) };
  const isCalled = calls(body.mentions, me);
  const isFollowed = me !== null && root?.replies.followers.includes(me);
  if (thread !== null && !isCalled && !isFollowed) return shown;
  return { ...shown, unread: oneMore(row.unread), mentions: isCalled ? oneMore(row.mentions) : row.mentions };
}

const oneMore = (count: number): number => Math.min(count + 1, limits.unreadMax);

const calls = ({ users, all }: Mentions, me: string | null): boolean =>
  all !== null || (me !== null && users.includes(me));
