// Signals who is typing to the members who view the channel, at most once in a few seconds for each
// member who types. Never stored. Members who hide their presence are never named.
import { limits, type ServerFrame, type Signal } from "../../protocol";
import { isWithin } from "../../runtime/deadline";
import type { ConnectedSocket, SocketIndex } from "../../runtime/sockets";
import type { RosterMirror } from "../members/roster-mirror";
import type { ChannelSocketState } from "../members/socket-state";

/** A little less than the pause of clients, so that a signal that arrives early is not dropped. */
const TYPING_EVERY_MS = limits.typingEveryMs - 500;

export interface TypingSignalsHost {
  channel: string;
  sockets: SocketIndex<ChannelSocketState>;
  roster: RosterMirror;
  now(): number;
  send(connected: ConnectedSocket<ChannelSocketState>, frame: ServerFrame): void;
}

export class TypingSignals {
  /** When the typing of a member was last signalled. Epoch milliseconds. Bound: the members. */
  readonly #signalledAt = new Map<string, number>();

  constructor(private readonly host: TypingSignalsHost) {}

  /** Drops a former member. */
  forget(user: string): void {
    this.#signalledAt.delete(user);
  }

  /** Signals that a member is typing. `thread` is null outside of threads. */
  signal(user: string, thread: number | null): void {
    const { channel, now, sockets, roster } = this.host;
    const at = now();
    if (isWithin(TYPING_EVERY_MS, this.#signalledAt.get(user) ?? null, at)) return;
    if (roster.get(user)?.hidden !== false) return;
    this.#signalledAt.set(user, at);
    const signal: Signal = { type: "typing.started", channel, user, thread };
    for (const connected of sockets.all()) {
      const { state } = connected;
      const isViewer = state.joined && !state.background && state.user !== user;
      // A newcomer may not know of a thread that is older than their first entry.
      if (!isViewer || (thread !== null && thread < (roster.get(state.user)?.since ?? 0))) continue;
      this.host.send(connected, { type: "signal", signal });
    }
  }
}
