// Which channels of a person may have moved in the last minute, so that a search asks these for
// what the archive may lack. Nothing is written for it. If it is not known when a channel with a
// dirty row moved, the channel is asked, or woken once the row is old.
import { tuning } from "../domain/tuning";
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
