// Who is in the channel right now, and who is writing: said to those who look on, kept nowhere.

import { limits } from "../protocol";
import type { Channel } from "./channel";

/** A little less than clients keep, so that two clocks do not cost a signal. */
const TYPING_EVERY_MS = limits.typingEveryMs - 500;

export class Company {
  /** When somebody's writing was said last. */
  readonly #typing = new Map<string, number>();
  readonly #here = new Set<string>();

  constructor(private readonly channel: Channel) {
    for (const { attachment } of channel.sockets.all()) if (attachment.joined) this.#here.add(attachment.user);
  }

  /** Those who have it open and want to be seen. */
  here(): string[] {
    return [...this.#here].filter((user) => this.#isSeen(user));
  }

  /** A device joined or left, or somebody is seen from here on or is not: the others are told where it makes a difference. */
  changed(user: string): void {
    const { sockets } = this.channel;
    const isHere = sockets.ofUser(user).some(({ attachment }) => attachment.joined);
    const wasHere = this.#here.has(user);
    if (isHere) this.#here.add(user);
    else this.#here.delete(user);
    if (isHere === wasHere || !this.#isSeen(user)) return;
    this.#say(user, isHere);
  }

  /** Somebody may be seen now, or may not any more. */
  seen(user: string, isSeen: boolean): void {
    if (this.#here.has(user)) this.#say(user, isSeen);
  }

  typing(user: string, thread: number | null): void {
    const { now, log, sockets, roster } = this.channel;
    const at = now();
    const sinceMs = at - (this.#typing.get(user) ?? 0);
    if ((sinceMs >= 0 && sinceMs < TYPING_EVERY_MS) || !this.#isSeen(user)) return;
    this.#typing.set(user, at);
    const signal = { type: "typing.started", channel: log.header.channel, user, thread } as const;
    for (const attached of sockets.all()) {
      const { attachment } = attached;
      const isConcerned = attachment.joined && !attachment.background && attachment.user !== user;
      // Of a thread from before they came they know nothing.
      if (!isConcerned || (thread !== null && thread < (roster.get(attachment.user)?.since ?? 0))) continue;
      this.channel.send(attached, { type: "signal", signal });
    }
  }

  #isSeen(user: string): boolean {
    return this.channel.roster.get(user)?.hidden === false;
  }

  #say(user: string, here: boolean): void {
    const signal = { type: "here.changed", channel: this.channel.log.header.channel, user, here } as const;
    this.channel.broadcast({ type: "signal", signal });
  }
}
