// Signs a person in and out and sets the presence mode, over HTTP. Renews the access token before
// it expires.

import type { PresenceMode } from "../../../src/protocol/presence.ts";
import { demand, password } from "../kit/registered-user.ts";

const TOKEN_MS = 3 * 60_000;

export class Account {
  readonly #port: number;
  readonly #handle: string;
  readonly #tokens = new Map<string, { token: string; at: number }>();

  constructor(port: number, handle: string) {
    this.#port = port;
    this.#handle = handle;
  }

  /** Answers the session's token. */
  async signIn(): Promise<string> {
    const credentials = { handle: this.#handle, password, keep: "token" };
    return (await demand<{ token: string }>(this.#port, "", "POST", "/v1/sessions", credentials)).token;
  }

  async signOut(session: string): Promise<void> {
    await demand(this.#port, session, "DELETE", "/v1/sessions/current");
    // A sign-out makes earlier access tokens of the account invalid.
    this.forgetTokens();
  }

  forgetTokens(): void {
    this.#tokens.clear();
  }

  async setMode(session: string, presence: PresenceMode): Promise<void> {
    await demand(this.#port, session, "PATCH", "/v1/me", { presence });
  }

  /** An access token of the session, which opens sockets. */
  async tokenOf(session: string): Promise<string> {
    const known = this.#tokens.get(session);
    if (known && Date.now() - known.at < TOKEN_MS) return known.token;
    const { token } = await demand<{ token: string }>(this.#port, session, "GET", "/v1/gateway");
    this.#tokens.set(session, { token, at: Date.now() });
    return token;
  }
}
