import { ParleyError } from "../parley-error";
import { channelPath, type Http } from "../transport/http";

/** Something a person may want of each channel: where it is stored, and what holds where nothing is. */
export interface SettingKind<T> {
  path: "mute" | "level";
  usual: T;
  /** What the server is asked; throws where that cannot be wished for. */
  bodyOf(value: T): object;
}

/** One wish of a person for each channel. What is asked for shows at once, and no longer where the server refuses it. */
export class SettingSync<T> {
  readonly #http: Http;
  readonly #kind: SettingKind<T>;
  readonly #show: (channel: string, value: T) => void;
  readonly #stored = new Map<string, T>();
  /** What was asked for and not answered yet. Another person's is another map. */
  #wishes = new Map<string, { value: T }>();
  /** Per channel, the last request: the next one waits for it. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(http: Http, kind: SettingKind<T>, show: (channel: string, value: T) => void) {
    this.#http = http;
    this.#kind = kind;
    this.#show = show;
  }

  async put(channel: string, value: T): Promise<void> {
    const body = this.#kind.bodyOf(value);
    const wish = { value };
    const wishes = this.#wishes;
    wishes.set(channel, wish);
    this.#tell(channel);
    const turn = (this.#turns.get(channel) ?? Promise.resolve()).then(() => {
      if (wishes !== this.#wishes) throw new ParleyError("sign_in_required");
      return this.#http.commandWithRetry("PUT", `${channelPath(channel)}/${this.#kind.path}`, body);
    });
    this.#turns.set(
      channel,
      turn.catch(() => {}),
    );
    try {
      await turn;
      if (wishes === this.#wishes) this.#stored.set(channel, value);
    } finally {
      if (wishes.get(channel) === wish) wishes.delete(channel);
      if (wishes === this.#wishes) this.#tell(channel);
    }
  }

  /** The server tells what it holds. */
  heard(channel: string, value: T): void {
    this.#stored.set(channel, value);
    this.#tell(channel);
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
    const wish = this.#wishes.get(channel);
    this.#show(channel, wish ? wish.value : (this.#stored.get(channel) ?? this.#kind.usual));
  }
}
