// Which channels of a person may have moved in the last minute, so that a search asks these for what
// the archive may lack. Nothing is written for it: a delivery brings the time of the newest entry,
// and a dirty row that nothing is known of is fresh or its channel is woken.
import type { DeliveryResult } from "../domain/ports";
import { tuning } from "../domain/tuning";
import type { InboxRow } from "../protocol";
import { logWarning } from "../runtime/logger";
import type { LiveInbox } from "./live-inbox";
import type { UserParts } from "./user";

/** For clocks that differ, and for the time between an alarm and the end of a batch. */
const MARGIN_MS = 15_000;
/**
 * How long a channel with a dirty row is asked again and again. After this time it is woken: then
 * its time is known, and a channel that is quiet is not asked any more.
 */
const ASKED_MS = 600_000;

/**
 * The time until which each channel may have moved, as far as this object knows from deliveries and
 * wakes. A channel without a time may have moved at any time after its stored row.
 */
export class KnownMoves {
  /** Epoch milliseconds. Bound: the channels of the person, about 100 bytes each. */
  readonly #times = new Map<string, number>();

  get(channel: string): number | undefined {
    return this.#times.get(channel);
  }

  /**
   * Takes a delivered row with its result, which decides whether the channel tells its next moves:
   * not at all after `offline`, and rarely after `viewing`.
   */
  delivered({ channel, at }: InboxRow, result: DeliveryResult, now: number): void {
    if (result === "offline") this.#times.delete(channel);
    else this.#times.set(channel, result === "viewing" ? now + tuning.inboxDeliveryAllViewingMs : at);
  }

  /** Takes the row that a woken channel answered. A later delivery may already have been here. */
  woken({ channel, at }: InboxRow): void {
    this.#times.set(channel, Math.max(at, this.#times.get(channel) ?? 0));
  }

  delete(channel: string): void {
    this.#times.delete(channel);
  }

  clear(): void {
    this.#times.clear();
  }
}

interface MovedChannel {
  channel: string;
  /** Epoch milliseconds. */
  at: number;
  isKnown: boolean;
}

/** See `UserPort.movedChannels`. */
export async function movedChannels(
  { inbox, sync }: Pick<UserParts, "inbox" | "sync">,
  user: string,
): Promise<string[]> {
  const now = Date.now();
  const since = now - tuning.archiveLagMs - MARGIN_MS;
  const isOld = ({ at, isKnown }: MovedChannel): boolean => !isKnown && at < now - ASKED_MS;
  let moved = movesOf(inbox, since);
  const old = moved.filter(isOld);
  if (old.length > 0) {
    await sync.wakeChannels(
      user,
      old.map(({ channel }) => channel),
    );
    moved = movesOf(inbox, since);
    const unreached = moved.filter(isOld).length;
    if (unreached > 0) logWarning("search.unreached-channels", { channels: unreached });
  }
  return moved
    .filter(({ at, isKnown }) => !isKnown || at >= since)
    .sort((one, other) => Number(other.isKnown) - Number(one.isKnown) || other.at - one.at)
    .map(({ channel }) => channel);
}

function movesOf({ stored, moves }: LiveInbox, since: number): MovedChannel[] {
  return stored.rowsMovedSince(since).map(({ channel, at, isDirty }) => {
    const known = moves.get(channel);
    return { channel, at: known ?? at, isKnown: known !== undefined || !isDirty };
  });
}
