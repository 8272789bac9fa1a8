// The accounts behind the adapter's sockets, which all rooms share, with their access tokens; and
// the group of each room.
import { randomUUID } from "node:crypto";

export const PEOPLE = 100;
/** A token is replaced in its last minute. */
const SPARE_MS = 60_000;

export class People {
  #accounts = [];
  #tokens = new Map();
  #groups = new Map();

  constructor(port) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /**
   * Registers everyone and fetches their access tokens before anything is measured, so that nobody
   * fetches a token during a reconnect storm. A token is valid for five minutes.
   */
  async arrive() {
    await inTens(PEOPLE, async (at) => {
      const handle = `bench-${at}`;
      const account = { handle, name: handle, password: "correct horse battery", keep: "token" };
      const { me, token } = await this.#ask("POST", "/v1/accounts", account).catch(() =>
        this.#ask("POST", "/v1/sessions", account),
      );
      this.#accounts[at] = { id: me.id, session: token };
    });
    await inTens(PEOPLE, (at) => this.token(at));
  }

  token(at) {
    const known = this.#tokens.get(at);
    if (known && Date.now() < known.expiresAt - SPARE_MS) return known.token;
    const fresh = this.#ask("GET", "/v1/gateway", undefined, at).then(({ token, expiresAt }) => {
      this.#tokens.set(at, { token: Promise.resolve(token), expiresAt });
      return token;
    });
    this.#tokens.set(at, { token: fresh, expiresAt: Date.now() + 2 * SPARE_MS });
    return fresh;
  }

  /** The channel of a room of the bench: a group of the first `size` people, created once. */
  group(room, size) {
    if (!this.#groups.has(room)) {
      const members = this.#accounts.slice(1, size).map(({ id }) => id);
      const body = { kind: "group", nonce: randomUUID(), name: room, members };
      this.#groups.set(
        room,
        this.#ask("POST", "/v1/channels", body, 0).then(({ id }) => id),
      );
    }
    return this.#groups.get(room);
  }

  get groups() {
    return this.#groups.size;
  }

  has(room) {
    return this.#groups.has(room);
  }

  async #ask(method, place, body, as) {
    const headers = {
      ...(body && { "content-type": "application/json" }),
      ...(as !== undefined && { authorization: `Bearer ${this.#accounts[as].session}` }),
    };
    const response = await fetch(this.url + place, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${place}: ${response.status} ${await response.text()}`);
    return await response.json();
  }
}

async function inTens(count, work) {
  for (let from = 0; from < count; from += 10) {
    await Promise.all(Array.from({ length: Math.min(10, count - from) }, (_, at) => work(from + at)));
  }
}
