// The channel list of one person. Rows come from the user socket. The rows of open channels are
// also computed from their events, which arrive earlier than the rows. Of two rows of the same
// channel, the one with the higher (epoch number, head, read mark) wins.

import {
  type ChannelHead,
  type ChannelInfo,
  channelKinds,
  type GuildView,
  type HeardEvent,
  type InboxRow,
  type NotifyLevel,
  type Profile,
} from "../../protocol";
import type { LoadedChannel } from "../channel/log";
import type { ServerReadMarks } from "../channel/server-read-marks";
import { Cell } from "../store";
import { ChannelHeads } from "./channel-heads";
import { byActivity } from "./inbox-order";
import { emptyRow, isOlder, READ, rowAfter, rowReadTo } from "./row-changes";
import { hasUnread, withoutReported, withUnseen } from "./unseen";
import type { InboxEntry } from "./views";

export class Inbox {
  /** The direct channels and groups, newest first; null until the first sync is complete. */
  readonly entries = new Cell<InboxEntry[] | null>(null);
  /** The known channels of guilds, newest first. */
  readonly guildEntries = new Cell<readonly InboxEntry[]>([]);
  readonly #profiles = new Map<string, Profile>();
  readonly #channels = new Map<string, ChannelInfo>();
  readonly #rows = new Map<string, InboxRow>();
  /** The read marks of this device. Rows that arrive later may not include them yet. */
  readonly #marks = new Map<string, number>();
  /** What this device has reported as seen and the server still lists as unseen, by channel. */
  readonly #seen = new Map<string, Set<number>>();
  readonly #serverReadMarks: ServerReadMarks;
  /** The ends of mutes, in epoch milliseconds. */
  readonly #mutes = new Map<string, number>();
  readonly #levels = new Map<string, NotifyLevel>();
  readonly #heads = new ChannelHeads();
  readonly #loaded: (channel: string) => LoadedChannel | null;
  #me: string | null = null;
  /** Whose mentions do not count. */
  #blocked: ReadonlySet<string> = new Set();
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
      this.#setRow(withoutReported(row, this.#seen.get(row.channel)));
    }
    this.#publish();
  }

  /** Takes heads of the large channels of a guild. `isComplete`: these are all of them. */
  addHeads(guild: string, heads: readonly ChannelHead[], isComplete: boolean): void {
    this.#heads.add(guild, heads, isComplete);
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
    return this.#channels.has(channel) || this.#rows.get(channel)?.guild !== undefined;
  }

  /** Whether the record of a channel has to be loaded when the channel is opened. */
  needsRecord(channel: string): boolean {
    const known = this.#channels.get(channel);
    return this.#isComplete && (known === undefined || (known.guild !== undefined && known.members.length === 0));
  }

  /**
   * Takes the channels of a guild that this person can see. Their members have to be loaded again.
   * Returns the channels that are no longer among them.
   */
  replaceGuildChannels(view: GuildView): string[] {
    const { id: guild, channels, createdAt, owner } = view;
    this.#heads.setMine(view);
    for (const { id, name, large } of channels) {
      const topic = this.#channels.get(id)?.topic ?? "";
      const fields = { id, name, topic, guild, createdAt, createdBy: owner, members: [], ...(large && { large }) };
      this.#channels.set(id, { kind: "guild", history: "all", ...fields });
    }
    this.#publish();
    return this.channelsOfGuild(guild).filter((id) => !channels.some((channel) => channel.id === id));
  }

  /** Returns the known channels of a guild. */
  channelsOfGuild(guild: string): string[] {
    const ids = [...this.#channels.values(), ...[...this.#rows.values()].map((row) => ({ id: row.channel, ...row }))];
    return [...new Set(ids.filter((one) => one.guild === guild).map(({ id }) => id))];
  }

  /** Returns the guilds of unread channels whose records are not loaded. */
  guildsWithoutRecord(): string[] {
    const unknown = [...this.#rows.values()].filter(
      ({ channel, unread, unseen = [] }) => unread + unseen.length > 0 && !this.#channels.has(channel),
    );
    const ahead = this.#heads.guildsAhead(this.#channels, this.#rowOf);
    return [...new Set([...unknown.flatMap(({ guild = [] }) => guild), ...ahead])];
  }

  /** Returns the name of a group, or the names of the other members; empty if it is not known. */
  nameOf(channel: string): string {
    const { name = "", members = [], pending = [] } = this.#channels.get(channel) ?? {};
    const others = [...members.map(({ user }) => user), ...pending].filter(({ id }) => id !== this.#me);
    return name || others.map((person) => person.name).join(", ");
  }

  /** The known direct channels and groups. */
  get known(): string[] {
    return [...this.#channels.values()].filter(({ guild }) => guild === undefined).map(({ id }) => id);
  }

  /** Removes a channel that this person has left. */
  drop(channel: string): void {
    for (const known of [this.#channels, this.#rows, this.#marks, this.#seen, this.#mutes, this.#levels, this.#heads])
      known.delete(channel);
    this.#serverReadMarks.drop(channel);
    this.#publish();
  }

  /** Returns the direct channels and groups with a row whose record is not loaded. */
  withoutRecord(): string[] {
    const rows = [...this.#rows.values()].filter(({ guild }) => guild === undefined);
    return rows.map(({ channel }) => channel).filter((id) => !this.#channels.has(id));
  }

  /** Drops the row of a channel that cannot be loaded. Its next row adds it again. */
  dropRow(channel: string): void {
    this.#rows.delete(channel);
  }

  /** Updates the row of an open channel, after its events were applied to the local log. */
  applyEvents(channel: string, events: readonly HeardEvent[], loaded: LoadedChannel): void {
    const row = this.#rows.get(channel) ?? emptyRow(channel);
    const after = rowAfter(row, events, this.#me, loaded, this.#blocked);
    // The server counts only mentions of a large channel.
    const next = this.#channels.get(channel)?.large ? { ...after, unread: after.mentions } : after;
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

  markSeen(channel: string, seqs: readonly number[]): void {
    const row = this.#rows.get(channel);
    const unseen = row?.unseen?.filter(({ seq }) => !seqs.includes(seq)) ?? [];
    if (!row?.unseen || unseen.length === row.unseen.length) return;
    const reported = this.#seen.get(channel) ?? new Set();
    for (const { seq } of row.unseen) if (seqs.includes(seq)) reported.add(seq);
    this.#seen.set(channel, reported);
    this.#rows.set(channel, withUnseen(row, unseen));
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

  setBlocked(users: ReadonlySet<string>): void {
    this.#blocked = users;
  }

  /** Takes a changed profile. The handle of a deleted account is empty. */
  profileChanged(profile: Profile): void {
    this.#profiles.set(profile.id, profile);
    const withProfile = (user: Profile) => (user.id === profile.id ? profile : user);
    for (const [id, channel] of this.#channels) {
      const { members, pending } = channel;
      if (![...members.map(({ user }) => user), ...(pending ?? [])].some((user) => user.id === profile.id)) continue;
      this.#channels.set(id, {
        ...channel,
        members: members.map((member) => ({ ...member, user: withProfile(member.user) })),
        ...(pending && { pending: pending.map(withProfile) }),
      });
    }
    this.#publish();
  }

  addProfile(profile: Profile): void {
    this.#profiles.set(profile.id, profile);
  }

  profile(user: string): Profile | null {
    return this.#profiles.get(user) ?? null;
  }

  clear(): void {
    for (const known of [this.#profiles, this.#channels, this.#rows, this.#marks, this.#seen]) known.clear();
    this.#serverReadMarks.clear();
    for (const known of [this.#mutes, this.#levels, this.#heads]) known.clear();
    this.#me = null;
    this.#isComplete = false;
    this.entries.set(null);
    this.guildEntries.set([]);
  }

  /** Returns the row of a channel, with what this device has read. */
  readonly #rowOf = (channel: string): InboxRow => this.#withLocalMark(this.#rows.get(channel) ?? emptyRow(channel));

  #publish(): void {
    if (!this.#isComplete) return;
    const entries = [...this.#channels.values()].map((channel): InboxEntry => {
      const row = this.#rowOf(channel.id);
      const { id, kind, name, topic, history, createdBy, members: roster, pending = [] } = channel;
      const members = roster.map(({ user }) => user);
      return {
        ...{ id, kind, name, topic, history, createdBy, members, roster, pending },
        ...(channel.guild !== undefined && { guild: channel.guild }),
        row: { ...row, at: Math.max(row.at, this.#heads.newestAt(id)) || channel.createdAt },
        isUnread: hasUnread(row) || this.#heads.isAhead(row),
        isMentioned: row.mentions > 0 || this.#heads.mentionsMe(row),
        mutedUntil: this.#mutes.get(id) ?? 0,
        level: this.#levels.get(id) ?? (channel.large ? "mentions" : channelKinds[kind].notifications.level),
      };
    });
    const { true: ofGuilds = [], false: others = [] } = Object.groupBy(entries.sort(byActivity), ({ guild }) =>
      guild === undefined ? "false" : "true",
    );
    this.entries.set(others);
    if (ofGuilds.length + this.guildEntries.get().length > 0) this.guildEntries.set(ofGuilds);
  }

  /** Stores a row with the local read mark applied, so that read messages do not count again. */
  #setRow(row: InboxRow): void {
    this.#rows.set(row.channel, this.#withLocalMark(row, row.head));
  }

  /** Returns the row after the messages that this device has read, up to `through`. */
  #withLocalMark(row: InboxRow, through = Number.POSITIVE_INFINITY): InboxRow {
    const mark = Math.min(this.#marks.get(row.channel) ?? 0, through);
    return mark <= row.read ? row : rowReadTo(row, mark, this.#me, this.#loaded(row.channel), this.#blocked);
  }
}
