// The list of channels as it is shown. Rows come from the user socket, and from the channels that are open here: the server
// tells those to the person's other devices first. Of two rows of one channel the one with the higher (head, read) holds.
import { type Channel, type Event, type InboxRow, limits, type Profile, previewOf } from "../protocol";
import { Cell } from "./store";
import type { InboxEntry } from "./views";

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
      if (known && (row.head < known.head || (row.head === known.head && row.read < known.read))) continue;
      this.#rows.set(row.channel, row);
    }
    this.#publish();
  }

  complete(): void {
    this.#isComplete = true;
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

  happened(channel: string, events: readonly Event[], me: string | null): void {
    let row = this.#rows.get(channel) ?? emptyRow(channel);
    for (const event of events) {
      if (event.seq <= row.head) continue;
      row = { ...row, head: event.seq };
      if (event.type !== "message.sent" || event.data.body.state !== "live") continue;
      const { actor: author, at } = event;
      row = { ...row, at, preview: { author, at, text: previewOf(event.data.body.text) } };
      if (author === me) row = { ...row, read: event.seq, unread: 0 };
      else row = { ...row, unread: Math.min(row.unread + 1, limits.unreadMax) };
    }
    this.#rows.set(channel, row);
    this.#publish();
  }

  markRead(channel: string, seq: number): void {
    this.#marks.set(channel, Math.max(seq, this.#marks.get(channel) ?? 0));
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
      return {
        id: channel.id,
        kind: channel.kind,
        members: channel.members.map(({ user }) => user),
        row: this.#asRead({ ...row, at: row.at || channel.createdAt }),
      };
    });
    this.entries.set(entries.sort((a, b) => b.row.at - a.row.at || (a.id < b.id ? -1 : 1)));
  }

  #asRead(row: InboxRow): InboxRow {
    const mark = this.#marks.get(row.channel) ?? 0;
    if (mark <= row.read) return row;
    return { ...row, read: mark, unread: mark >= row.head ? 0 : row.unread };
  }
}

const emptyRow = (channel: string): InboxRow => ({ channel, head: 0, preview: null, read: 0, unread: 0, at: 0 });
