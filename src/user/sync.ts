// A device asks what changed. Channels that moved on while nobody listened are asked first: that also makes their signals due again.
import { isNewer } from "../domain/inbox";
import { type FrameOf, limits, type UserCommand } from "../protocol";
import { logFault } from "../runtime/log";
import { retry } from "../runtime/retry";
import type { User } from "./user";

type Sync = Extract<UserCommand, { type: "inbox.sync" }>;

/** Channels that are asked at the same time. */
const CONCURRENCY = 50;

export async function sync(user: User, id: string, command: Sync): Promise<FrameOf<"inbox">> {
  const dirty = user.inbox.dirty();
  for (let i = 0; i < dirty.length; i += CONCURRENCY) {
    await Promise.all(dirty.slice(i, i + CONCURRENCY).map((channel) => ask(user, id, channel)));
  }
  return { type: "inbox", id: command.id, ...user.inbox.changes(command.after, limits.pageMax) };
}

async function ask(user: User, id: string, channel: string): Promise<void> {
  user.heard.delete(channel);
  try {
    const answer = await retry(() => user.channelObject(channel).wake(id));
    if (!answer.ok) {
      if (answer.code === "not_found") user.inbox.remove(channel);
      return;
    }
    // Something newer was heard meanwhile: the row stays dirty and will be asked for again.
    const heard = user.heard.get(channel);
    if (!heard || isNewer(heard, answer.value)) user.inbox.put(answer.value, false);
  } catch (error) {
    // The row stays dirty: the next device, or the next sync of this one, asks again.
    logFault("inbox.wake", error, { channel });
  }
}
