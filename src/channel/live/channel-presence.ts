// Signals who has the channel open to joined sockets. Never stored. Members who hide their presence
// are never named.
import type { Signal } from "../../protocol";
import type { SocketIndex } from "../../runtime/sockets";
import type { Log } from "../log/log";
import type { RosterMirror } from "../members/roster-mirror";
import type { ChannelSocketState } from "../members/socket-state";
import type { Broadcaster } from "./broadcaster";

export interface ChannelPresenceParts {
  log: Log;
  sockets: SocketIndex<ChannelSocketState>;
  roster: RosterMirror;
  broadcaster: Broadcaster;
}

export class ChannelPresence {
  /** Members who have a joined socket. Bound: the members. */
  readonly #present = new Set<string>();

  constructor(private readonly parts: ChannelPresenceParts) {
    for (const { state } of parts.sockets.all()) if (state.joined) this.#present.add(state.user);
  }

  /** Returns the members who have the channel open and do not hide their presence. */
  visible(): string[] {
    return [...this.#present].filter((user) => this.#isVisible(user));
  }

  /**
   * Call this when a socket of a member joined or closed. Signals the first socket that joins and
   * the last that closes.
   */
  onSocketsChanged(user: string): void {
    const isPresent = this.parts.sockets.ofUser(user).some(({ state }) => state.joined);
    const wasPresent = this.#present.has(user);
    if (isPresent) this.#present.add(user);
    else this.#present.delete(user);
    if (isPresent !== wasPresent && this.#isVisible(user)) this.#signal(user, isPresent);
  }

  /** Call this when a member begins or stops to hide their presence. */
  onVisibilityChanged(user: string, isVisible: boolean): void {
    if (this.#present.has(user)) this.#signal(user, isVisible);
  }

  #isVisible(user: string): boolean {
    return this.parts.roster.get(user)?.hidden === false;
  }

  #signal(user: string, here: boolean): void {
    const signal: Signal = { type: "here.changed", channel: this.parts.log.header.channel, user, here };
    this.parts.broadcaster.broadcast({ type: "signal", signal });
  }
}
