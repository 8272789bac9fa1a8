import { ParleyError } from "../parley-error";

/**
 * One setting of a person for each channel. A change shows immediately, and is undone if the server
 * refuses it.
 */
export class SettingSync<T> {
  readonly #defaultValue: T;
  readonly #show: (channel: string, value: T) => void;
  readonly #stored = new Map<string, T>();
  /** Unanswered requests by channel. `clear` replaces the map, so that late answers are ignored. */
  #requests = new Map<string, { value: T }>();
  /** The last request per channel. The next one waits for it. */
  readonly #lastRequests = new Map<string, Promise<unknown>>();

  constructor(defaultValue: T, show: (channel: string, value: T) => void) {
    this.#defaultValue = defaultValue;
    this.#show = show;
  }

  /** Shows `value` until `send` has resolved with the value that the server stored. */
  async put(channel: string, value: T, send: () => Promise<T>): Promise<void> {
    const request = { value };
    const requests = this.#requests;
    requests.set(channel, request);
    this.#showCurrent(channel);
    const answered = (this.#lastRequests.get(channel) ?? Promise.resolve()).then(() => {
      if (requests !== this.#requests) throw new ParleyError("sign_in_required");
      return send();
    });
    this.#lastRequests.set(
      channel,
      answered.catch(() => {}),
    );
    try {
      const stored = await answered;
      if (requests === this.#requests) this.#stored.set(channel, stored);
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
    this.#show(channel, request ? request.value : (this.#stored.get(channel) ?? this.#defaultValue));
  }
}
