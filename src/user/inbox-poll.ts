// The inbox over HTTP, for networks that block sockets. A poll is a sync with one answer. A poll
// with the current tag is held until a row or a setting changes, or until `wait` has passed.
import { ChatError } from "../domain/error";
import type { Caller, PollAnswer, PollRequest } from "../domain/ports";
import type { InboxPoll } from "../protocol";
import { helloFrame } from "../runtime/hello";
import { syncInbox } from "./inbox-sync";
import type { UserParts } from "./user";

/**
 * Returns null if nothing changed within `wait`. Throws `token_expired` if the access token is
 * older than the account's last sign-out, even if the sign-out happens during the poll.
 */
export async function pollInbox(
  parts: UserParts,
  caller: Caller,
  { query, knownTag }: PollRequest<InboxPoll>,
): Promise<PollAnswer | null> {
  const { queryBuckets, heldPolls, now } = parts;
  const { id, after, wait } = query;
  admit(parts, caller);
  queryBuckets.take(caller.user, now());
  if (knownTag === null) {
    const inbox = await syncInbox(parts, caller.user, { id, after });
    admit(parts, caller);
    return { tag: tagOf(inbox.version), frames: [helloFrame(caller.user, queryBuckets.rate, now()), inbox] };
  }
  // The wait begins before the sync, so that a row delivered during the sync ends the wait.
  const held = heldPolls.hold(caller.user, wait);
  const inbox = await syncInbox(parts, caller.user, { id, after }).catch((error) => {
    held.cancel();
    throw error;
  });
  const tag = tagOf(inbox.version);
  if (tag !== knownTag || inbox.rows.length > 0) {
    held.cancel();
    admit(parts, caller);
    return { tag, frames: [inbox] };
  }
  const update = await held.update;
  admit(parts, caller);
  return update && { tag, frames: [update] };
}

function admit({ tokenCutoff }: UserParts, caller: Caller): void {
  if (tokenCutoff.refuses(caller)) throw new ChatError("token_expired");
}

const tagOf = (version: number): string => `"v${version}"`;
