// The inbox for those whose network blocks sockets: a poll is a sync that is answered once, and held while it has nothing to say.
import { ChatError } from "../domain/error";
import type { Caller, PollAnswer, PollRequest } from "../domain/ports";
import type { InboxPoll } from "../protocol";
import { helloFrame } from "../runtime/hello";
import { sync } from "./inbox-sync";
import type { UserParts } from "./user";

/** Null: nothing new for as long as the poller was willing to wait. Throws `token_expired` for a session that ended, meanwhile too. */
export async function poll(
  user: UserParts,
  caller: Caller,
  { query, known }: PollRequest<InboxPoll>,
): Promise<PollAnswer | null> {
  const { id, after, wait } = query;
  admit(user, caller);
  user.asks.take(caller.user, user.now());
  if (known === null) {
    const inbox = await sync(user, caller.user, { id, after });
    admit(user, caller);
    return { tag: tagOf(inbox.version), frames: [helloFrame(caller.user, user.asks.rate, user.now()), inbox] };
  }
  // Begun before the sync: what is heard while it runs must end the wait.
  const held = user.pollers.wait(caller.user, wait);
  const inbox = await sync(user, caller.user, { id, after }).catch((error) => {
    held.giveUp();
    throw error;
  });
  const tag = tagOf(inbox.version);
  if (tag !== known || inbox.rows.length > 0) {
    held.giveUp();
    admit(user, caller);
    return { tag, frames: [inbox] };
  }
  const live = await held.news;
  admit(user, caller);
  return live && { tag, frames: [live] };
}

function admit({ tokens }: UserParts, caller: Caller): void {
  if (caller.issuedAt <= tokens.from) throw new ChatError("token_expired");
}

const tagOf = (version: number | undefined): string => `"v${version}"`;
