import type { InboxFrame, NotifyLevel } from "../../protocol";
import type { Http } from "../transport/http";
import type { Inbox } from "./inbox";
import { levels } from "./levels";
import { mutes } from "./mutes";
import { ChannelWishes } from "./setting-sync";

/** How quiet channels are to be, on all of my devices: until when, and what may still be told. */
export class Quietness {
  readonly #mutes: ChannelWishes<number>;
  readonly #levels: ChannelWishes<NotifyLevel>;

  constructor(http: Http, inbox: Inbox) {
    this.#mutes = new ChannelWishes(http, mutes, (id, until) => inbox.mute(id, until));
    this.#levels = new ChannelWishes(http, levels, (id, level) => inbox.tune(id, level));
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
