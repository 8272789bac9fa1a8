import { type Mute, putMute } from "../protocol";
import { channelPath } from "./channel-records";
import type { Http } from "./http";
import { ParleyError, parsed } from "./parley-error";
import type { InboxEntry } from "./views";

/** Which channels are to be silent. What is asked for shows at once, and no longer where the server refuses it. */
export class Mutes {
  readonly #http: Http;
  readonly #show: (channel: string, until: number) => void;
  readonly #stored = new Map<string, number>();
  /** What was asked for and not answered yet. Another person's is another map. */
  #wishes = new Map<string, { until: number }>();
  /** Per channel, the last request: the next one waits for it. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(http: Http, show: (channel: string, until: number) => void) {
    this.#http = http;
    this.#show = show;
  }

  async put(channel: string, until: number): Promise<void> {
    const wish = parsed(putMute.safeParse({ until }));
    const wishes = this.#wishes;
    wishes.set(channel, wish);
    this.#tell(channel);
    const turn = (this.#turns.get(channel) ?? Promise.resolve()).then(() => {
      if (wishes !== this.#wishes) throw new ParleyError("sign_in_required");
      return this.#http.insist("PUT", `${channelPath(channel)}/mute`, wish);
    });
    this.#turns.set(
      channel,
      turn.catch(() => {}),
    );
    try {
      await turn;
      if (wishes === this.#wishes) this.#stored.set(channel, until);
    } finally {
      if (wishes.get(channel) === wish) wishes.delete(channel);
      if (wishes === this.#wishes) this.#tell(channel);
    }
  }

  /** The server tells what it holds. */
  heard(mutes: readonly Mute[]): void {
    for (const { channel, until } of mutes) {
      this.#stored.set(channel, until);
      this.#tell(channel);
    }
  }

  drop(channel: string): void {
    this.#stored.delete(channel);
    this.#wishes.delete(channel);
    this.#tell(channel);
  }

  clear(): void {
    this.#wishes = new Map();
    this.#stored.clear();
    this.#turns.clear();
  }

  #tell(channel: string): void {
    this.#show(channel, this.#wishes.get(channel)?.until ?? this.#stored.get(channel) ?? 0);
  }
}

/** Whether the channel is silent at `now`. */
export const isMuted = ({ mutedUntil }: Pick<InboxEntry, "mutedUntil">, now: number): boolean => now < mutedUntil;
