// Channel presence: who has the channel open, and who is typing. It is signalled to joined sockets
// and never stored. Members who hide their presence are never signalled.
import { limits, type ServerFrame, type Signal } from "../../protocol";
import { isWithin } from "../../runtime/deadline";
import type { ConnectedSocket, SocketIndex } from "../../runtime/sockets";
import type { RosterMirror } from "../members/roster-mirror";
import type { ChannelSocketState } from "../members/socket-state";

/** A little less than the pause of clients, so that a difference of clocks drops no signal. */
const TYPING_EVERY_MS = limits.typingEveryMs - 500;

export interface ChannelPresenceHost {
  channel: string;
  sockets: SocketIndex<ChannelSocketState>;
  roster: RosterMirror;
  now(): number;
  send(connected: ConnectedSocket<ChannelSocketState>, frame: ServerFrame): void;
  broadcast(frame: ServerFrame): void;
}

export class ChannelPresence {
  /** When the typing of a member was last signalled. Epoch milliseconds. */
  readonly #typingAt = new Map<string, number>();
  /** Members who have a joined socket. */
  readonly #present = new Set<string>();

  constructor(private readonly host: ChannelPresenceHost) {
    for (const { state } of host.sockets.all()) if (state.joined) this.#present.add(state.user);
  }

  /** The members who have the channel open and do not hide it. */
  visible(): string[] {
    return [...this.#present].filter((user) => this.#isVisible(user));
  }

  /** A socket of a member joined or closed. Signals the first and the last. */
  onSocketsChanged(user: string): void {
    const isPresent = this.host.sockets.ofUser(user).some(({ state }) => state.joined);
    const wasPresent = this.#present.has(user);
    if (isPresent) this.#present.add(user);
    else this.#present.delete(user);
    if (isPresent !== wasPresent && this.#isVisible(user)) this.#signal(user, isPresent);
  }

  /** A member began or stopped to hide their presence. */
  onVisibilityChanged(user: string, isVisible: boolean): void {
    if (this.#present.has(user)) this.#signal(user, isVisible);
  }

  /** Signals that a member is typing, to the members who view the channel. */
  signalTyping(user: string, thread: number | null): void {
    const { channel, now, sockets, roster } = this.host;
    const at = now();
    if (isWithin(TYPING_EVERY_MS, this.#typingAt.get(user) ?? null, at) || !this.#isVisible(user)) return;
    this.#typingAt.set(user, at);
    const signal: Signal = { type: "typing.started", channel, user, thread };
    for (const connected of sockets.all()) {
      const { state } = connected;
      const isViewer = state.joined && !state.background && state.user !== user;
      // A newcomer may not know of a thread that is older than their first entry.
      if (!isViewer || (thread !== null && thread < (roster.get(state.user)?.since ?? 0))) continue;
      this.host.send(connected, { type: "signal", signal });
    }
  }

  #isVisible(user: string): boolean {
    return this.host.roster.get(user)?.hidden === false;
  }

  #signal(user: string, here: boolean): void {
    const signal: Signal = { type: "here.changed", channel: this.host.channel, user, here };
    this.host.broadcast({ type: "signal", signal });
  }
}
