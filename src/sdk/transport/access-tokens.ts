import { gatewayAnswer, limits, type ServerInfo } from "../../protocol";
import { ParleyError } from "../parley-error";
import { Cell } from "../store";
import type { Clock } from "./clock";
import type { Http } from "./http";

/**
 * How long before its expiry a token is replaced, so that it outlives the upgrade it is used for.
 */
const MARGIN_MS = 30_000;

/**
 * The short-lived tokens that open sockets and authorize polls. All connections share one token
 * until shortly before it expires.
 */
export class AccessTokens {
  readonly #http: Http;
  readonly #clock: Clock;
  /** What the server said of itself with the newest token. */
  readonly server = new Cell<ServerInfo | null>(null);
  #token: Promise<{ token: string; user: string }> | null = null;
  #usableUntil = 0;

  constructor(http: Http, clock: Clock) {
    this.#http = http;
    this.#clock = clock;
  }

  async get(): Promise<string> {
    return (await this.#current()).token;
  }

  /**
   * Returns the token for a connection that belongs to `expected`. Rejects with `token_expired` if
   * the cookie has come to belong to another user.
   */
  async getFor(expected: string): Promise<string> {
    const { token, user } = await this.#current();
    if (user !== expected) throw new ParleyError("token_expired");
    return token;
  }

  #current(): Promise<{ token: string; user: string }> {
    if (this.#token !== null && this.#clock.now() < this.#usableUntil) return this.#token;
    const requested = this.#request();
    this.#token = requested;
    this.#usableUntil = Number.POSITIVE_INFINITY;
    requested.catch(() => {
      if (this.#token === requested) this.invalidate();
    });
    return requested;
  }

  /** Forgets the token, because a server refused it or its user signed out. */
  invalidate(): void {
    this.#token = null;
    this.#usableUntil = 0;
  }

  async #request(): Promise<{ token: string; user: string }> {
    const { token, expiresAt, user, server } = await this.#http.get("/v1/gateway", gatewayAnswer);
    this.server.set(server ?? null);
    const now = this.#clock.now();
    // The device's clock may be wrong. No token lives longer than the limit, whatever `expiresAt`
    // says.
    this.#usableUntil = now + Math.min(expiresAt - now, limits.accessTokenMs) - MARGIN_MS;
    return { token, user };
  }
}
