// Going back to an earlier state is the platform's point-in-time recovery. A restored copy carries the old epoch, so it cannot know by itself that
// it is one: whoever restores renews the channel in the directory afterwards, and the roster that follows begins another life.
import { ChatError, fail, type RpcResult, succeed } from "../../domain/error";
import { logError } from "../../runtime/logger";

/** Milliseconds between the answer and the end of this object, so that the answer is heard. */
const PARTING_MS = 50;

/** Prepares the storage and ends the object: it wakes in the earlier state. `restore_unavailable` where there is none. */
export async function restoreToTime(ctx: DurableObjectState, at: number): Promise<RpcResult<null>> {
  try {
    const bookmark = await ctx.storage.getBookmarkForTime(at);
    await ctx.storage.onNextSessionRestoreBookmark(bookmark);
  } catch (error) {
    logError("channel.restore", error);
    return fail(new ChatError("restore_unavailable", error instanceof Error ? error.message : undefined));
  }
  setTimeout(() => ctx.abort("restored to an earlier state"), PARTING_MS);
  return succeed(null);
}
