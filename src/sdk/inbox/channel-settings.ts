import { defaultNotifyLevel, type InboxFrame, type NotifyLevel, putLevel, putMute } from "../../protocol";
import { parsed } from "../parley-error";
import type { Http } from "../transport/http";
import type { Inbox } from "./inbox";
import { type SettingKind, SettingSync } from "./setting-sync";
import type { InboxEntry } from "./views";

/** The end of the mute, in epoch milliseconds; 0 if the channel is not muted. */
const muteSetting: SettingKind<number> = {
  path: "mute",
  defaultValue: 0,
  bodyOf: (until) => parsed(putMute.safeParse({ until })),
};

/** The notify level of a channel. */
const levelSetting: SettingKind<NotifyLevel> = {
  path: "level",
  defaultValue: defaultNotifyLevel,
  bodyOf: (level) => parsed(putLevel.safeParse({ level })),
};

/** Returns whether the channel is muted at `now`. */
export const isMuted = ({ mutedUntil }: Pick<InboxEntry, "mutedUntil">, now: number): boolean => now < mutedUntil;

/** The mutes and notify levels of this person's channels, on all their devices. */
export class ChannelSettings {
  readonly #mutes: SettingSync<number>;
  readonly #levels: SettingSync<NotifyLevel>;

  constructor(http: Http, inbox: Inbox) {
    this.#mutes = new SettingSync(http, muteSetting, (id, until) => inbox.setMute(id, until));
    this.#levels = new SettingSync(http, levelSetting, (id, level) => inbox.setLevel(id, level));
  }

  setMute(channel: string, until: number): Promise<void> {
    return this.#mutes.put(channel, until);
  }

  setLevel(channel: string, level: NotifyLevel): Promise<void> {
    return this.#levels.put(channel, level);
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
