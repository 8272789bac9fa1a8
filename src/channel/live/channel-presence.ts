// Signals who has the channel open to joined sockets, except in a large channel. Never stored.
// Members who hide their presence are never named. After a restart a whole group comes back at
// once: sockets that read batches get one frame for all who came in half a second, because a frame
// for each person to each socket would be the greatest part of the cost of coming back.
import { encodeFrame, type Signal } from "../../protocol";
import type { HeldPolls } from "../../runtime/held-polls";
import type { SocketIndex } from "../../runtime/sockets";
import type { Log } from "../log/log";
import type { RosterMirror } from "../members/roster-mirror";
import type { ChannelSocketState } from "../members/socket-state";
import type { PolledUpdate } from "../turn-committed";

/** How long changes wait for others after a batch. The first one after a pause does not wait. */
const BATCH_MS = 500;

export interface ChannelPresenceParts {
  log: Log;
  sockets: SocketIndex<ChannelSocketState>;
  roster: RosterMirror;
  heldPolls: HeldPolls<PolledUpdate>;
  now(): number;
}

export class ChannelPresence {
  /** Members who have a joined socket. Bound: the members. */
  readonly #present = new Set<string>();
  /** Members whose change is in no batch yet. Bound: the members who changed in `BATCH_MS`. */
  readonly #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Epoch milliseconds. */
  #batchedAt = 0;

  constructor(private readonly parts: ChannelPresenceParts) {
    for (const { state } of parts.sockets.all()) if (state.joined) this.#present.add(state.user);
  }

  /** Returns the members who have the channel open and do not hide their presence. */
  visible(): string[] {
    if (this.parts.roster.isLarge) return [];
    return [...this.#present].filter((user) => this.#isVisible(user));
  }

  /** The same as JSON, without the brackets. Ids have no characters that JSON escapes. */
  encoded(): string {
    let encoded = "";
    if (this.parts.roster.isLarge) return encoded;
    for (const user of this.#present) if (this.#isVisible(user)) encoded += encoded === "" ? `"${user}"` : `,"${user}"`;
    return encoded;
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
    if (this.#present.has(user) && !this.parts.roster.isLarge) this.#signal(user, isVisible);
  }

  /** Signals who is present, or that nobody is, because the channel became small or large. */
  onSizeChanged(before: readonly string[]): void {
    const visible = this.visible();
    for (const user of before) if (!visible.includes(user)) this.#signal(user, false);
    for (const user of visible) if (!before.includes(user)) this.#signal(user, true);
  }

  #isVisible(user: string): boolean {
    return !this.parts.roster.isLarge && this.parts.roster.get(user)?.hidden === false;
  }

  #signal(user: string, here: boolean): void {
    const { log, now } = this.parts;
    this.#send({ type: "here.changed", channel: log.header.channel, user, here }, false);
    this.#changed.add(user);
    const waitMs = this.#batchedAt + BATCH_MS - now();
    // A clock that went back must not delay a batch.
    if (waitMs <= 0 || waitMs > BATCH_MS) this.#sendBatch();
    // The object does not hibernate while a timer runs.
    else this.#timer ??= setTimeout(this.#onTimer, waitMs);
  }

  readonly #onTimer = (): void => {
    this.#timer = null;
    this.#sendBatch();
  };

  /** Sends what holds now: a member may have come and gone, or begun to hide, since the change. */
  #sendBatch(): void {
    const { log, heldPolls, now } = this.parts;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#batchedAt = now();
    const changed = [...this.#changed];
    this.#changed.clear();
    const isHere = (user: string) => this.#present.has(user) && this.#isVisible(user);
    const came = changed.filter(isHere);
    const gone = changed.filter((user) => !isHere(user));
    this.#send({ type: "here.batch", channel: log.header.channel, came, gone }, true);
    // A poll brings `ready`, whose `here` cannot miss what happened between two polls.
    heldPolls.answerAll(true);
  }

  /** Sends to the joined sockets that read batches, or to the others. */
  #send(signal: Signal, inBatches: boolean): void {
    const { sockets, now } = this.parts;
    let encoded: string | null = null;
    for (const connected of sockets.each()) {
      const { joined, hereInBatches } = connected.state;
      if (!joined || hereInBatches !== inBatches) continue;
      encoded ??= encodeFrame({ type: "signal", signal });
      sockets.send(connected, encoded, now());
    }
  }
}
