import { type InboxFrame, type NotifyLevel, putLevel, putMute } from "../../protocol";
import { parsed } from "../parley-error";
import type { Http } from "../transport/http";
import type { Inbox } from "./inbox";
import { type SettingKind, SettingSync } from "./setting-sync";
import type { InboxEntry } from "./views";

/** Until when a channel is to be silent. */
export const mutes: SettingKind<number> = {
  path: "mute",
  usual: 0,
  bodyOf: (until) => parsed(putMute.safeParse({ until })),
};

/** Of how much of a channel I want to be told. */
export const levels: SettingKind<NotifyLevel> = {
  path: "level",
  usual: "all",
  bodyOf: (level) => parsed(putLevel.safeParse({ level })),
};

/** Whether the channel is silent at `now`. */
export const isMuted = ({ mutedUntil }: Pick<InboxEntry, "mutedUntil">, now: number): boolean => now < mutedUntil;

/** How quiet channels are to be, on all of my devices: until when, and what may still be told. */
export class ChannelSettings {
  readonly #mutes: SettingSync<number>;
  readonly #levels: SettingSync<NotifyLevel>;

  constructor(http: Http, inbox: Inbox) {
    this.#mutes = new SettingSync(http, mutes, (id, until) => inbox.mute(id, until));
    this.#levels = new SettingSync(http, levels, (id, level) => inbox.tune(id, level));
  }

  mute(channel: string, until: number): Promise<void> {
    return this.#mutes.put(channel, until);
  }

  tune(channel: string, level: NotifyLevel): Promise<void> {
    return this.#levels.put(channel, level);
  }

  heard({ mutes = [], levels = [] }: Pick<InboxFrame, "mutes" | "levels">): void {
    for (const { channel, until } of mutes) this.#mutes.heard(channel, until);
    for (const { channel, level } of levels) this.#levels.heard(channel, level);
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
