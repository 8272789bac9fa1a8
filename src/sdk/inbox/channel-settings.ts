import {
  defaultNotifyLevel,
  type InboxFrame,
  mute,
  type NotifyLevel,
  putLevel,
  putMute,
  timeOfDay,
} from "../../protocol";
import { parsed } from "../parley-error";
import { channelPath, type Http } from "../transport/http";
import type { ServerClock } from "../transport/server-clock";
import type { Inbox } from "./inbox";
import { SettingSync } from "./setting-sync";
import type { InboxEntry } from "./views";

/**
 * When a mute ends: at a time in epoch milliseconds, after some milliseconds, or tomorrow at a
 * minute of the day in a time zone, such as `Asia/Seoul`.
 */
export type MuteEnd = { until: number } | { forMs: number } | { tomorrow: { zone: string; minute: number } };

/** Returns whether the channel is muted at `now`, a time of the server's clock. */
export const isMuted = ({ mutedUntil }: Pick<InboxEntry, "mutedUntil">, now: number): boolean => now < mutedUntil;

/** The mutes and notify levels of this person's channels, on all their devices. */
export class ChannelSettings {
  readonly #serverClock: ServerClock;
  readonly #http: Http;
  /** The ends of the mutes, in epoch milliseconds; 0 if the channel is not muted. */
  readonly #mutes: SettingSync<number>;
  readonly #levels: SettingSync<NotifyLevel>;

  constructor(serverClock: ServerClock, http: Http, inbox: Inbox) {
    this.#serverClock = serverClock;
    this.#http = http;
    this.#mutes = new SettingSync(0, (id, until) => inbox.setMute(id, until));
    this.#levels = new SettingSync(defaultNotifyLevel, (id, level) => inbox.setLevel(id, level));
  }

  /** Rejects with `time_passed` for a time that is over. */
  async setMute(channel: string, end: MuteEnd): Promise<void> {
    const body = parsed(putMute.safeParse(end));
    const path = `${channelPath(channel)}/mute`;
    await this.#mutes.put(channel, this.#endOf(end), async () => {
      if (body.until === undefined) return (await this.#http.sendWithRetry("PUT", path, body, mute)).until;
      await this.#http.commandWithRetry("PUT", path, body);
      return body.until;
    });
  }

  async setLevel(channel: string, level: NotifyLevel): Promise<void> {
    const body = parsed(putLevel.safeParse({ level }));
    await this.#levels.put(channel, level, async () => {
      await this.#http.commandWithRetry("PUT", `${channelPath(channel)}/level`, body);
      return level;
    });
  }

  /** Returns when a mute ends. The server answers the exact time where it computes it. */
  #endOf(end: MuteEnd): number {
    const now = this.#serverClock.now();
    if ("until" in end) return end.until;
    return "forMs" in end ? now + end.forMs : timeOfDay(end.tomorrow.zone, now, 1, end.tomorrow.minute);
  }

  received({ mutes = [], levels = [] }: Pick<InboxFrame, "mutes" | "levels">): void {
    for (const { channel, until } of mutes) this.#mutes.received(channel, until);
    for (const { channel, level } of levels) this.#levels.received(channel, level);
  }

  drop(channel: string): void {
    this.#mutes.drop(channel);
    this.#levels.drop(channel);
  }

  clear(): void {
    this.#mutes.clear();
    this.#levels.clear();
  }
}
