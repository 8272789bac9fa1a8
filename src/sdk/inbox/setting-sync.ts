import { ParleyError } from "../parley-error";
import { channelPath, type Http } from "../transport/http";

/** A kind of setting that a person has per channel. */
export interface SettingKind<T> {
  path: "mute" | "level";
  defaultValue: T;
  /** Returns the body of the request. Throws a ParleyError for an invalid value. */
  bodyOf(value: T): object;
}

/**
 * One setting of a person for each channel. A change shows immediately, and is undone if the server
 * refuses it.
 */
export class SettingSync<T> {
  readonly #http: Http;
  readonly #kind: SettingKind<T>;
  readonly #show: (channel: string, value: T) => void;
  readonly #stored = new Map<string, T>();
  /** Unanswered requests by channel. `clear` replaces the map, so that late answers are ignored. */
  #requests = new Map<string, { value: T }>();
  /** The last request per channel. The next one waits for it. */
  readonly #lastRequests = new Map<string, Promise<void>>();

  constructor(http: Http, kind: SettingKind<T>, show: (channel: string, value: T) => void) {
    this.#http = http;
    this.#kind = kind;
    this.#show = show;
  }

  async put(channel: string, value: T): Promise<void> {
    const body = this.#kind.bodyOf(value);
    const request = { value };
    const requests = this.#requests;
    requests.set(channel, request);
    this.#showCurrent(channel);
    const answered = (this.#lastRequests.get(channel) ?? Promise.resolve()).then(() => {
      if (requests !== this.#requests) throw new ParleyError("sign_in_required");
      return this.#http.commandWithRetry("PUT", `${channelPath(channel)}/${this.#kind.path}`, body);
    });
    this.#lastRequests.set(
      channel,
      answered.catch(() => {}),
    );
    try {
      await answered;
      if (requests === this.#requests) this.#stored.set(channel, value);
    } finally {
      if (requests.get(channel) === request) requests.delete(channel);
      if (requests === this.#requests) this.#showCurrent(channel);
    }
  }

  /** Takes a value that the server sent. */
  received(channel: string, value: T): void {
    this.#stored.set(channel, value);
    this.#showCurrent(channel);
  }

  drop(channel: string): void {
    this.#stored.delete(channel);
    this.#requests.delete(channel);
    this.#showCurrent(channel);
  }

  clear(): void {
    this.#requests = new Map();
    this.#stored.clear();
    this.#lastRequests.clear();
  }

  #showCurrent(channel: string): void {
    const request = this.#requests.get(channel);
    this.#show(channel, request ? request.value : (this.#stored.get(channel) ?? this.#kind.defaultValue));
  }
}
