// The list of channels as it is shown. Rows come from the user socket, and from the channels that are open here: the server
// tells those to the person's other devices first. Of two rows of one channel the one with the higher (life, head, read) holds.
import type { Channel, HeardEvent, InboxRow, NotifyLevel, Profile } from "../../protocol";
import type { LoadedChannel } from "../channel/log";
import { Cell } from "../store";
import { emptyRow, isOlder, READ, rowAfter, rowReadTo } from "./row-changes";
import type { InboxEntry } from "./views";

export class Inbox {
  /** Newest first; null until it is complete for the first time. */
  readonly entries = new Cell<InboxEntry[] | null>(null);
  readonly #people = new Map<string, Profile>();
  readonly #channels = new Map<string, Channel>();
  readonly #rows = new Map<string, InboxRow>();
  /** What this device has read, which rows on their way may not know of. */
  readonly #marks = new Map<string, number>();
  /** My marks as far as the server has told them. */
  readonly #told = new Map<string, number>();
  /** Until when channels are silent. */
  readonly #mutes = new Map<string, number>();
  /** Of how much I want to be told. */
  readonly #levels = new Map<string, NotifyLevel>();
  readonly #loaded: (channel: string) => LoadedChannel | null;
  #me: string | null = null;
  #isComplete = false;

  /** `loaded`: what of a channel is here; null where it was never opened. */
  constructor(loaded: (channel: string) => LoadedChannel | null) {
    this.#loaded = loaded;
  }

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
      this.#told.set(row.channel, row.read);
      this.#put(row);
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
    for (const known of [this.#channels, this.#rows, this.#marks, this.#told, this.#mutes, this.#levels])
      known.delete(channel);
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

  /** Entries of an open channel, once they are applied to what is loaded of it. */
  happened(channel: string, events: readonly HeardEvent[], loaded: LoadedChannel): void {
    const row = this.#rows.get(channel) ?? emptyRow(channel);
    const next = rowAfter(row, events, this.#me, loaded);
    // Sending reads.
    if (next.read > row.read) this.#told.set(channel, next.read);
    this.#put(next);
    this.#publish();
  }

  /** Silent until then; 0 is not silent. */
  mute(channel: string, until: number): void {
    if (until === 0) this.#mutes.delete(channel);
    else this.#mutes.set(channel, until);
    this.#publish();
  }

  tune(channel: string, level: NotifyLevel): void {
    this.#levels.set(channel, level);
    this.#publish();
  }

  /** My mark, as far as the server has told it. */
  readOf(channel: string): number {
    return this.#told.get(channel) ?? 0;
  }

  markRead(channel: string, seq: number): void {
    this.#marks.set(channel, Math.max(seq, this.#marks.get(channel) ?? 0));
    const row = this.#rows.get(channel);
    const isReopened = row && row.unreadFrom !== null && seq >= row.unreadFrom;
    if (row) this.#put(isReopened ? { ...row, unreadFrom: null, ...(seq >= row.head && READ) } : row);
    this.#publish();
  }

  markUnread(channel: string, seq: number): void {
    const row = this.#asRead(this.#rows.get(channel) ?? emptyRow(channel));
    this.#rows.set(channel, { ...row, unreadFrom: seq, unread: Math.max(1, row.unread) });
    this.#publish();
  }

  /** Whose inbox it is, once that is known. */
  belongsTo(me: string): void {
    this.#me = me;
  }

  remember(profile: Profile): void {
    this.#people.set(profile.id, profile);
  }

  profile(user: string): Profile | null {
    return this.#people.get(user) ?? null;
  }

  clear(): void {
    for (const known of [this.#people, this.#channels, this.#rows, this.#marks, this.#told]) known.clear();
    for (const known of [this.#mutes, this.#levels]) known.clear();
    this.#me = null;
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
        mutedUntil: this.#mutes.get(id) ?? 0,
        level: this.#levels.get(id) ?? "all",
      };
    });
    this.entries.set(entries.sort((a, b) => b.row.at - a.row.at || (a.id < b.id ? -1 : 1)));
  }

  /** Kept with what has been read of it, so that what is read once does not count again. */
  #put(row: InboxRow): void {
    this.#rows.set(row.channel, this.#asRead(row, row.head));
  }

  /** As it is with what this device has read, up to `through`. */
  #asRead(row: InboxRow, through = Number.POSITIVE_INFINITY): InboxRow {
    const mark = Math.min(this.#marks.get(row.channel) ?? 0, through);
    return mark <= row.read ? row : rowReadTo(row, mark, this.#me, this.#loaded(row.channel));
  }
}
