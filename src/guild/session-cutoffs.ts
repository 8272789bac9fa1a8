// The sessions that ended while the object was awake. The gateway asks the user object about every
// access token, but a session may end between its answer and the socket.
import type { Caller, EndedSessions } from "../domain/ports";

/** The most people who are kept: those whose sessions ended last. */
const PEOPLE_MAX = 1_000;

export class SessionCutoffs {
  /** Bound: `PEOPLE_MAX` people with their open sessions. */
  readonly #ended = new Map<string, EndedSessions>();

  add(ended: EndedSessions): void {
    this.#ended.delete(ended.user);
    this.#ended.set(ended.user, ended);
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= PEOPLE_MAX) break;
      this.#ended.delete(oldest);
    }
  }

  /** Whether the access token of a caller is older than an end of sessions. */
  refuses({ user, issuedAt }: Pick<Caller, "user" | "issuedAt">): boolean {
    const ended = this.#ended.get(user);
    return ended !== undefined && issuedAt <= ended.tokensFrom;
  }
}
