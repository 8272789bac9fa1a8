// Who is in the channel right now, and who is writing: said to those who look on, kept nowhere.
import { limits, type ServerFrame, type Signal } from "../../protocol";
import { isWithin } from "../../runtime/deadline";
import type { ConnectedSocket, SocketIndex } from "../../runtime/sockets";
import type { RosterMirror } from "../members/roster-mirror";
import type { ChannelSocketState } from "../members/socket-state";

/** A little less than clients keep, so that two clocks do not cost a signal. */
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
  /** When somebody's writing was said last. */
  readonly #typing = new Map<string, number>();
  readonly #here = new Set<string>();

  constructor(private readonly host: ChannelPresenceHost) {
    for (const { state } of host.sockets.all()) if (state.joined) this.#here.add(state.user);
  }

  /** Those who have it open and want to be seen. */
  here(): string[] {
    return [...this.#here].filter((user) => this.#isSeen(user));
  }

  /** A device joined or left: the others are told where it was the first or the last. */
  changed(user: string): void {
    const hasSocket = this.host.sockets.ofUser(user).some(({ state }) => state.joined);
    const wasHere = this.#here.has(user);
    if (hasSocket) this.#here.add(user);
    else this.#here.delete(user);
    if (hasSocket !== wasHere && this.#isSeen(user)) this.#say(user, hasSocket);
  }

  /** Somebody may be seen from here on, or may not any more. */
  seen(user: string, isSeen: boolean): void {
    if (this.#here.has(user)) this.#say(user, isSeen);
  }

  typing(user: string, thread: number | null): void {
    const { channel, now, sockets, roster } = this.host;
    const at = now();
    if (isWithin(TYPING_EVERY_MS, this.#typing.get(user) ?? null, at) || !this.#isSeen(user)) return;
    this.#typing.set(user, at);
    const signal: Signal = { type: "typing.started", channel, user, thread };
    for (const connected of sockets.all()) {
      const { state } = connected;
      const isConcerned = state.joined && !state.background && state.user !== user;
      // Of a thread from before they came they know nothing.
      if (!isConcerned || (thread !== null && thread < (roster.get(state.user)?.since ?? 0))) continue;
      this.host.send(connected, { type: "signal", signal });
    }
  }

  #isSeen(user: string): boolean {
    return this.host.roster.get(user)?.hidden === false;
  }

  #say(user: string, here: boolean): void {
    const signal: Signal = { type: "here.changed", channel: this.host.channel, user, here };
    this.host.broadcast({ type: "signal", signal });
  }
}
