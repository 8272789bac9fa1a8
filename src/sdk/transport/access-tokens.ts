import { gatewayAnswer, limits } from "../../protocol";
import { ParleyError } from "../parley-error";
import type { Clock } from "./clock";
import type { Http } from "./http";

/** A token must outlive the upgrade it is used for. */
const MARGIN_MS = 30_000;

/** The short-lived tokens that open sockets and poll: one for all that open at the same time, until shortly before it expires. */
export class AccessTokens {
  readonly #http: Http;
  readonly #clock: Clock;
  #token: Promise<{ token: string; user: string }> | null = null;
  #usableUntil = 0;

  constructor(http: Http, clock: Clock) {
    this.#http = http;
    this.#clock = clock;
  }

  async get(): Promise<string> {
    return (await this.#current()).token;
  }

  /** For a connection that asks for tokens as it goes. Rejects where the cookie has come to speak for somebody else. */
  async of(person: string): Promise<string> {
    const { token, user } = await this.#current();
    if (user !== person) throw new ParleyError("token_expired");
    return token;
  }

  #current(): Promise<{ token: string; user: string }> {
    if (this.#token !== null && this.#clock.now() < this.#usableUntil) return this.#token;
    const asked = this.#ask();
    this.#token = asked;
    this.#usableUntil = Number.POSITIVE_INFINITY;
    asked.catch(() => {
      if (this.#token === asked) this.drop();
    });
    return asked;
  }

  /** Forgets the token: a server refused it, or it belonged to somebody who signed out. */
  drop(): void {
    this.#token = null;
    this.#usableUntil = 0;
  }

  async #ask(): Promise<{ token: string; user: string }> {
    const { token, expiresAt, user } = await this.#http.get("/v1/gateway", gatewayAnswer);
    const now = this.#clock.now();
    // A device's clock may be off: however far ahead the expiry looks, no token lives longer than the limit.
    this.#usableUntil = now + Math.min(expiresAt - now, limits.accessTokenMs) - MARGIN_MS;
    return { token, user };
  }
}
