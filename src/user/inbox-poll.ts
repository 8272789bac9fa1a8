// The inbox over HTTP, for networks that block sockets. A poll is a sync with one answer. A poll
// with the current tag is held until a row or a setting changes, or until `wait` has passed.
import { ChatError } from "../domain/error";
import type { Caller, PollAnswer, PollRequest } from "../domain/ports";
import type { InboxPoll } from "../protocol";
import type { TokenCutoff } from "./token-cutoff";
import type { UserParts } from "./user";

/**
 * Returns null if nothing changed within `wait`. Throws `token_expired` if the access token is
 * older than the account's last sign-out, even if the sign-out happens during the poll.
 */
export async function pollInbox(
  { tokenCutoff, rates, sync, devices }: Pick<UserParts, "tokenCutoff" | "rates" | "sync" | "devices">,
  caller: Caller,
  { query, knownTag }: PollRequest<InboxPoll>,
): Promise<PollAnswer | null> {
  const { id, after, wait } = query;
  admit(tokenCutoff, caller);
  rates.takeQuery(caller.user);
  if (knownTag === null) {
    const inbox = await sync.sync(caller.user, { id, after });
    admit(tokenCutoff, caller);
    return { tag: tagOf(inbox.version), frames: [rates.hello(caller.user), inbox] };
  }
  // The wait begins before the sync, so that a row delivered during the sync ends the wait.
  const held = devices.heldPolls.hold(caller.user, wait);
  const inbox = await sync.sync(caller.user, { id, after }).catch((error) => {
    held.cancel();
    throw error;
  });
  const tag = tagOf(inbox.version);
  if (tag !== knownTag || inbox.rows.length > 0) {
    held.cancel();
    admit(tokenCutoff, caller);
    return { tag, frames: [inbox] };
  }
  const update = await held.update;
  admit(tokenCutoff, caller);
  return update && { tag, frames: [update] };
}

function admit(tokenCutoff: TokenCutoff, caller: Caller): void {
  if (tokenCutoff.refuses(caller)) throw new ChatError("token_expired");
}

const tagOf = (version: number): string => `"v${version}"`;
