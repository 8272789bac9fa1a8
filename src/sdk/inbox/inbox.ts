// The channel list of one person. Rows come from the user socket. The rows of open channels are
// also computed from their events, which arrive earlier than the rows. Of two rows of the same
// channel, the one with the higher (epoch number, head, read mark) wins.

import {
  type ChannelInfo,
  channelKinds,
  type HeardEvent,
  type InboxRow,
  type NotifyLevel,
  type Profile,
} from "../../protocol";
import type { LoadedChannel } from "../channel/log";
import type { ServerReadMarks } from "../channel/server-read-marks";
import { Cell } from "../store";
import { byActivity } from "./inbox-order";
import { emptyRow, isOlder, READ, rowAfter, rowReadTo } from "./row-changes";
import type { InboxEntry } from "./views";

export class Inbox {
  /** The channels, newest first; null until the first sync is complete. */
  readonly entries = new Cell<InboxEntry[] | null>(null);
  readonly #profiles = new Map<string, Profile>();
  readonly #channels = new Map<string, ChannelInfo>();
  readonly #rows = new Map<string, InboxRow>();
  /** The read marks of this device. Rows that arrive later may not include them yet. */
  readonly #marks = new Map<string, number>();
  readonly #serverReadMarks: ServerReadMarks;
  /** The ends of mutes, in epoch milliseconds. */
  readonly #mutes = new Map<string, number>();
  readonly #levels = new Map<string, NotifyLevel>();
  readonly #loaded: (channel: string) => LoadedChannel | null;
  #me: string | null = null;
  #isComplete = false;

  /** `loaded` returns the loaded part of a channel, or null if it was never opened. */
  constructor(serverReadMarks: ServerReadMarks, loaded: (channel: string) => LoadedChannel | null) {
    this.#serverReadMarks = serverReadMarks;
    this.#loaded = loaded;
  }

  addChannels(channels: readonly ChannelInfo[]): void {
    for (const channel of channels) {
      this.#channels.set(channel.id, channel);
      for (const { user } of channel.members) this.#profiles.set(user.id, user);
      for (const user of channel.pending ?? []) this.#profiles.set(user.id, user);
    }
    this.#publish();
  }

  addRows(rows: readonly InboxRow[]): void {
    for (const row of rows) {
      const known = this.#rows.get(row.channel);
      if (known && isOlder(row, known)) continue;
      // A read mark of an earlier epoch is void in this one.
      if (known && row.epochNumber > known.epochNumber) this.#marks.delete(row.channel);
      this.#serverReadMarks.set(row.channel, row.read);
      this.#setRow(row);
    }
    this.#publish();
  }

  complete(): void {
    this.#isComplete = true;
    this.#publish();
  }

  /**
   * Takes the full list of channels, which was requested when the channels in `before` were known.
   * Returns those of them that are missing from it.
   */
  replaceChannels(channels: readonly ChannelInfo[], before: readonly string[]): string[] {
    const listed = new Set(channels.map(({ id }) => id));
    this.addChannels(channels);
    return before.filter((id) => !listed.has(id));
  }

  /**
   * Returns whether a row of a direct channel brings no new entry, while the other person has not
   * entered yet. Such a row may mean that they have.
   */
  isRepeated({ channel, head }: InboxRow): boolean {
    const known = this.#channels.get(channel);
    if (!known?.pending?.length || channelKinds[known.kind].roster !== "pair") return false;
    return head <= (this.#rows.get(channel)?.head ?? 0);
  }

  knows(channel: string): boolean {
    return this.#channels.has(channel);
  }

  /** Returns the name of a group, or the names of the other members; empty if it is not known. */
  nameOf(channel: string): string {
    const { name = "", members = [], pending = [] } = this.#channels.get(channel) ?? {};
    const others = [...members.map(({ user }) => user), ...pending].filter(({ id }) => id !== this.#me);
    return name || others.map((person) => person.name).join(", ");
  }

  get known(): string[] {
    return [...this.#channels.keys()];
  }

  /** Removes a channel that this person has left. */
  drop(channel: string): void {
    for (const known of [this.#channels, this.#rows, this.#marks, this.#mutes, this.#levels]) known.delete(channel);
    this.#serverReadMarks.drop(channel);
    this.#publish();
  }

  /** Returns the channels with a row whose record is not loaded. */
  withoutRecord(): string[] {
    return [...this.#rows.keys()].filter((id) => !this.#channels.has(id));
  }

  /** Drops the row of a channel that cannot be loaded. Its next row adds it again. */
  dropRow(channel: string): void {
    this.#rows.delete(channel);
  }

  /** Updates the row of an open channel, after its events were applied to the local log. */
  applyEvents(channel: string, events: readonly HeardEvent[], loaded: LoadedChannel): void {
    const row = this.#rows.get(channel) ?? emptyRow(channel);
    const next = rowAfter(row, events, this.#me, loaded);
    // Sending marks everything before it as read.
    if (next.read > row.read) this.#serverReadMarks.set(channel, next.read);
    this.#setRow(next);
    this.#publish();
  }

  /** Sets the end of a mute, in epoch milliseconds; 0 ends the mute now. */
  setMute(channel: string, until: number): void {
    if (until === 0) this.#mutes.delete(channel);
    else this.#mutes.set(channel, until);
    this.#publish();
  }

  setLevel(channel: string, level: NotifyLevel): void {
    this.#levels.set(channel, level);
    this.#publish();
  }

  markRead(channel: string, seq: number): void {
    this.#marks.set(channel, Math.max(seq, this.#marks.get(channel) ?? 0));
    const row = this.#rows.get(channel);
    const isReopened = row && row.unreadFrom !== null && seq >= row.unreadFrom;
    if (row) this.#setRow(isReopened ? { ...row, unreadFrom: null, ...(seq >= row.head && READ) } : row);
    this.#publish();
  }

  markUnread(channel: string, seq: number): void {
    const row = this.#withLocalMark(this.#rows.get(channel) ?? emptyRow(channel));
    this.#rows.set(channel, { ...row, unreadFrom: seq, unread: Math.max(1, row.unread) });
    this.#publish();
  }

  /** Sets the person whose inbox this is. */
  setUser(me: string): void {
    this.#me = me;
  }

  addProfile(profile: Profile): void {
    this.#profiles.set(profile.id, profile);
  }

  profile(user: string): Profile | null {
    return this.#profiles.get(user) ?? null;
  }

  clear(): void {
    for (const known of [this.#profiles, this.#channels, this.#rows, this.#marks]) known.clear();
    this.#serverReadMarks.clear();
    for (const known of [this.#mutes, this.#levels]) known.clear();
    this.#me = null;
    this.#isComplete = false;
    this.entries.set(null);
  }

  #publish(): void {
    if (!this.#isComplete) return;
    const entries = [...this.#channels.values()].map((channel): InboxEntry => {
      const row = this.#rows.get(channel.id) ?? emptyRow(channel.id);
      const { id, kind, name, topic, history, createdBy, members: roster, pending = [] } = channel;
      const members = roster.map(({ user }) => user);
      return {
        ...{ id, kind, name, topic, history, createdBy, members, roster, pending },
        row: this.#withLocalMark({ ...row, at: row.at || channel.createdAt }),
        mutedUntil: this.#mutes.get(id) ?? 0,
        level: this.#levels.get(id) ?? channelKinds[kind].notifications.level,
      };
    });
    this.entries.set(entries.sort(byActivity));
  }

  /** Stores a row with the local read mark applied, so that read messages do not count again. */
  #setRow(row: InboxRow): void {
    this.#rows.set(row.channel, this.#withLocalMark(row, row.head));
  }

  /** Returns the row after the messages that this device has read, up to `through`. */
  #withLocalMark(row: InboxRow, through = Number.POSITIVE_INFINITY): InboxRow {
    const mark = Math.min(this.#marks.get(row.channel) ?? 0, through);
    return mark <= row.read ? row : rowReadTo(row, mark, this.#me, this.#loaded(row.channel));
  }
}
