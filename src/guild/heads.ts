// The heads of a guild's large channels, in memory and in one packed row. The row is written at
// most once in 10 s. A channel repeats its head until it is in the row, so a loss of memory loses
// no head.
import * as z from "zod";
import { type HeadReport, isNewerHead } from "../domain/channel-heads";
import { type ChannelHead, type ChannelId, channelHead } from "../protocol";

/** The pause between two writes of the row. */
const SAVE_EVERY_MS = 10_000;

/**
 * A head as it is stored: channel, epoch number, newest message, its time, revision of the guild,
 * time of the last report, mentions.
 */
const storedHead = z.tuple([
  ...([z.string(), z.int(), z.int(), z.int(), z.int(), z.number()] as const),
  channelHead.pick({ everyone: true, roles: true }),
]);
const storedHeads = z.object({
  v: z.literal(1),
  /** Epoch milliseconds. */
  savedAt: z.number(),
  heads: z.array(storedHead),
});

export class Heads {
  /** Bound: `guildChannels` heads of about 200 bytes. */
  readonly #heads = new Map<ChannelId, HeadReport>();
  /** When each channel reported last. Bound: `guildChannels`. Epoch milliseconds. */
  readonly #reportedAt = new Map<ChannelId, number>();
  /** The channels whose head is not in the row. Bound: `guildChannels`. */
  readonly #unsaved = new Set<ChannelId>();
  #savedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly sql: SqlStorage) {
    const row = sql.exec<{ state: string }>("SELECT state FROM heads").toArray()[0];
    if (!row) return;
    const { savedAt, heads } = storedHeads.parse(JSON.parse(row.state));
    this.#savedAt = savedAt;
    for (const [channel, epochNumber, newest, at, revision, reportedAt, mentions] of heads) {
      this.#heads.set(channel, { channel, epochNumber, newest, at, revision, ...mentions });
      this.#reportedAt.set(channel, reportedAt);
    }
  }

  /** Takes a head. Returns whether it is newer than the known one. */
  take(report: HeadReport, now: number): boolean {
    this.#reportedAt.set(report.channel, now);
    const known = this.#heads.get(report.channel) ?? null;
    if (!isNewerHead(known, report)) return false;
    this.#heads.set(report.channel, report);
    this.#unsaved.add(report.channel);
    return true;
  }

  /** Writes the row if a head is not in it and the last write is long enough ago. */
  saveDue(now: number): void {
    if (this.#unsaved.size === 0 || this.#pauseMs(now) > 0) return;
    const heads = [...this.#heads.values()].map((head): z.infer<typeof storedHead> => {
      const { channel, epochNumber, newest, at, revision, ...mentions } = head;
      return [channel, epochNumber, newest, at, revision, this.#reportedAt.get(channel) ?? 0, mentions];
    });
    const state: z.infer<typeof storedHeads> = { v: 1, savedAt: now, heads };
    this.sql.exec("INSERT OR REPLACE INTO heads (id, state) VALUES (1, ?)", JSON.stringify(state));
    this.#savedAt = now;
    this.#unsaved.clear();
  }

  /** Returns after how many milliseconds a report of a channel is stored; 0 if its head is. */
  untilSaved(channel: ChannelId, now: number): number {
    return this.#unsaved.has(channel) ? Math.max(1, this.#pauseMs(now)) : 0;
  }

  /** The heads that one may see who may view these channels, by the order of the channels' ids. */
  visible(viewable: ReadonlySet<ChannelId>): ChannelHead[] {
    const seen = [...this.#heads.values()].filter(({ channel }) => viewable.has(channel));
    return seen.sort((one, other) => (one.channel < other.channel ? -1 : 1)).map(headOf);
  }

  /** Returns the heads of these channels. */
  of(channels: Iterable<ChannelId>): HeadReport[] {
    return [...channels].flatMap((channel) => this.#heads.get(channel) ?? []);
  }

  /** Returns the channels that reported after a time. */
  reportedSince(time: number): ChannelId[] {
    return [...this.#reportedAt].filter(([, at]) => at > time).map(([channel]) => channel);
  }

  /** Drops the heads of channels that the guild no longer has at a revision. */
  keepOnly(channels: ReadonlySet<ChannelId>, revision: number): void {
    for (const head of this.#heads.values()) {
      if (channels.has(head.channel) || head.revision > revision) continue;
      for (const known of [this.#heads, this.#unsaved, this.#reportedAt]) known.delete(head.channel);
    }
  }

  /** A clock that went back ends the pause. */
  #pauseMs(now: number): number {
    const ago = now - this.#savedAt;
    return ago < 0 ? 0 : SAVE_EVERY_MS - ago;
  }
}

/** Returns a head as the wire has it. */
export const headOf = ({ revision: _, ...head }: HeadReport): ChannelHead => head;
