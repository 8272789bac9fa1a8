// A device asks what changed. Channels that moved on while nobody listened are asked first: that also makes their signals due again.
// What could not be asked stays dirty, and the alarm asks again as long as a device listens.
import { isNewer } from "../domain/inbox";
import { type FrameOf, limits, type UserCommand } from "../protocol";
import { logError } from "../runtime/logger";
import { retry } from "../runtime/retry";
import { broadcastToDevices } from "./device-broadcast";
import type { UserParts } from "./user";

type Sync = Extract<UserCommand, { type: "inbox.sync" }>;

/** Channels that are asked at the same time. */
const CONCURRENCY = 50;
const ASK_AGAIN_MS = 5_000;

export async function sync(user: UserParts, me: string, { id, after }: Omit<Sync, "type">): Promise<FrameOf<"inbox">> {
  await askDirty(user, me);
  return { type: "inbox", id, ...user.inbox.changes(after, limits.pageMax) };
}

/** The alarm: asks what failed before. Nobody listening, nothing is asked: the next to connect will. */
export async function askAgain(user: UserParts): Promise<void> {
  const [first] = user.sockets.all();
  if (!first) return;
  await askDirty(user, first.state.user);
}

export async function askDirty(user: UserParts, id: string): Promise<void> {
  const { version } = user.inbox;
  const dirty = user.inbox.dirty();
  let answered = true;
  for (let i = 0; i < dirty.length; i += CONCURRENCY) {
    const told = await Promise.all(dirty.slice(i, i + CONCURRENCY).map((channel) => askOnce(user, id, channel)));
    answered &&= told.every(Boolean);
  }
  // The channels take it as told: the devices that did not ask hear it too.
  const { rows, gone } = user.inbox.rowsAfter(version);
  if (rows.length > 0 || gone.length > 0) broadcastToDevices(user, { rows, gone });
  if (!answered) user.alarm.askAgainAt(user.now() + ASK_AGAIN_MS);
}

/** One question a channel, however many devices want to know. */
function askOnce(user: UserParts, id: string, channel: string): Promise<boolean> {
  const known = user.asking.get(channel);
  if (known) return known;
  const asked = ask(user, id, channel).finally(() => user.asking.delete(channel));
  user.asking.set(channel, asked);
  return asked;
}

/** False where the channel could not be asked. */
async function ask(user: UserParts, id: string, channel: string): Promise<boolean> {
  user.newestRows.delete(channel);
  try {
    const answer = await retry(() => user.channelObject(channel).wake(id));
    if (!answer.ok) {
      if (answer.code === "not_found") user.inbox.remove(channel);
      return answer.code === "not_found";
    }
    // Something newer was heard meanwhile: the row stays dirty and will be asked for again.
    const newest = user.newestRows.get(channel);
    if (!newest || isNewer(newest, answer.value)) user.inbox.put(answer.value, false);
    return true;
  } catch (error) {
    logError("inbox.wake", error, { channel });
    return false;
  }
}
