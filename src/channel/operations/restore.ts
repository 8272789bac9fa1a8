// Restores the storage to an earlier time by the platform's point-in-time recovery. The restored
// log still has its old epoch and cannot know that it was restored. So the directory raises the
// epoch number afterwards, and the roster that follows begins the next epoch.
import { ChatError, fail, type RpcResult, succeed } from "../../domain/error";
import { logError } from "../../runtime/logger";

/** How long the object keeps running after the answer, so that the answer arrives. */
const ABORT_DELAY_MS = 50;

/**
 * Prepares the storage and ends the object, which then wakes with the earlier state. Fails with
 * `restore_unavailable` if the platform has no state of that time.
 */
export async function restoreToTime(ctx: DurableObjectState, at: number): Promise<RpcResult<null>> {
  try {
    const bookmark = await ctx.storage.getBookmarkForTime(at);
    await ctx.storage.onNextSessionRestoreBookmark(bookmark);
  } catch (error) {
    logError("channel.restore", error);
    return fail(new ChatError("restore_unavailable", error instanceof Error ? error.message : undefined));
  }
  setTimeout(() => ctx.abort("restored to an earlier state"), ABORT_DELAY_MS);
  return succeed(null);
}
