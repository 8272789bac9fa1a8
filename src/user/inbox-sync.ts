// A sync returns what changed since a version. It first wakes the channels with dirty rows. A woken
// channel delivers its rows again. If a channel cannot be reached, its row stays dirty and is sent
// without a preview, and the alarm retries while a socket is open.
import { tokensOfWakes } from "../domain/command-costs";
import { isAtLeastAsNew } from "../domain/inbox";
import { type FrameOf, limits, type UserCommand } from "../protocol";
import { logError } from "../runtime/logger";
import { retry } from "../runtime/retry";
import { broadcastToDevices } from "./delivery";
import type { UserParts } from "./user";

type SyncCommand = Extract<UserCommand, { type: "inbox.sync" }>;

/** The most channels that are woken at the same time. */
const CONCURRENCY = 50;
const RETRY_MS = 5_000;

export async function syncInbox(
  parts: UserParts,
  user: string,
  { id, after }: Omit<SyncCommand, "type">,
): Promise<FrameOf<"inbox"> & { version: number }> {
  await wakeDirtyChannels(parts, user);
  const newestRow = (channel: string) => parts.newestRows.get(channel);
  return { type: "inbox", id, ...parts.inbox.changes(after, limits.pageMax, newestRow) };
}

/** Called by the alarm. Does nothing without an open socket: the next sync wakes the channels. */
export async function retryDirtyChannels(parts: UserParts): Promise<void> {
  const [device] = parts.sockets.all();
  if (!device) return;
  await wakeDirtyChannels(parts, device.state.user);
}

export async function wakeDirtyChannels(parts: UserParts, user: string): Promise<void> {
  const { version } = parts.inbox;
  const dirty = parts.inbox.dirtyChannels();
  // Charged beyond the bucket if need be: a person with many channels must be able to sync.
  parts.queryBuckets.charge(user, parts.now(), tokensOfWakes(dirty.length));
  let isComplete = true;
  for (let i = 0; i < dirty.length; i += CONCURRENCY) {
    const results = await Promise.all(dirty.slice(i, i + CONCURRENCY).map((channel) => wakeOnce(parts, user, channel)));
    isComplete &&= results.every(Boolean);
  }
  // A woken channel does not deliver this row again, so it is also sent to the devices that did not
  // sync.
  for (const part of parts.inbox.rowChangesAfter(version, limits.pageMax)) broadcastToDevices(parts, part);
  if (!isComplete) parts.alarm.wakeChannelsAt(parts.now() + RETRY_MS);
}

/** Wakes a channel once, even if several devices sync at the same time. */
function wakeOnce(parts: UserParts, user: string, channel: string): Promise<boolean> {
  const pending = parts.pendingWakes.get(channel);
  if (pending) return pending;
  const wake = wakeChannel(parts, user, channel).finally(() => parts.pendingWakes.delete(channel));
  parts.pendingWakes.set(channel, wake);
  return wake;
}

/** Returns false if the wake must be repeated. */
async function wakeChannel(parts: UserParts, user: string, channel: string): Promise<boolean> {
  parts.newestRows.delete(channel);
  try {
    const answer = await retry(() => parts.channelObject(channel).wake(user));
    if (!answer.ok) {
      if (answer.code === "not_found") parts.inbox.remove(channel);
      return answer.code === "not_found";
    }
    // The row stays dirty if the channel delivered a newer row during the wake.
    const newest = parts.newestRows.get(channel);
    if (!newest || isAtLeastAsNew(newest, answer.value)) parts.inbox.put(answer.value, false);
    return true;
  } catch (error) {
    logError("inbox.wake", error, { channel });
    return false;
  }
}
