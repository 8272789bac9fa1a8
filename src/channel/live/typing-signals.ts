// Signals who is typing to the members who view the channel, at most once in a few seconds for each
// member who types. Never stored. Members who hide their presence are never named.
import { limits, type Signal } from "../../protocol";
import { isWithin } from "../../runtime/deadline";
import type { HeldPolls } from "../../runtime/held-polls";
import type { SocketIndex } from "../../runtime/sockets";
import type { Log } from "../log/log";
import type { RosterMirror } from "../members/roster-mirror";
import type { ChannelSocketState } from "../members/socket-state";
import type { PolledUpdate } from "../turn-committed";
import type { Broadcaster } from "./broadcaster";

/** A little less than the pause of clients, so that a signal that arrives early is not dropped. */
const TYPING_EVERY_MS = limits.typingEveryMs - 500;
/** How many people a large channel names at a time. */
const NAMED_MAX = 3;

export interface TypingSignalsParts {
  log: Log;
  sockets: SocketIndex<ChannelSocketState>;
  roster: RosterMirror;
  broadcaster: Broadcaster;
  heldPolls: HeldPolls<PolledUpdate>;
  now(): number;
}

export class TypingSignals {
  /** When the typing of a member was last signalled. Epoch milliseconds. Bound: the members. */
  readonly #signalledAt = new Map<string, number>();

  constructor(private readonly parts: TypingSignalsParts) {}

  /** Drops a former member. */
  forget(user: string): void {
    this.#signalledAt.delete(user);
  }

  /** Signals that a member is typing. `thread` is null outside of threads. */
  signal(user: string, thread: number | null): void {
    const { log, now, sockets, roster, broadcaster, heldPolls } = this.parts;
    const at = now();
    if (isWithin(TYPING_EVERY_MS, this.#signalledAt.get(user) ?? null, at)) return;
    if (roster.get(user)?.hidden !== false) return;
    if (roster.isLarge && this.#dropPast(at) >= NAMED_MAX) return;
    this.#signalledAt.set(user, at);
    const signal: Signal = { type: "typing.started", channel: log.header.channel, user, thread };
    // A newcomer may not know of a thread that is older than their first entry.
    const gets = (other: string) =>
      other !== user && roster.isReached(other) && (thread === null || thread >= (roster.get(other)?.since ?? 0));
    for (const connected of sockets.each()) {
      const { state } = connected;
      if (state.joined && !state.background && gets(state.user))
        broadcaster.send(connected, { type: "signal", signal });
    }
    heldPolls.answerUsers(gets, signal);
  }

  /** Forgets who typed some time ago. Returns how many are left. */
  #dropPast(now: number): number {
    for (const [user, at] of this.#signalledAt)
      if (!isWithin(limits.typingShownMs, at, now)) this.#signalledAt.delete(user);
    return this.#signalledAt.size;
  }
}
