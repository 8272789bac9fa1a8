// Deletes the messages of an erased account, a batch at a time. Each message is deleted by an
// entry, as if its author had deleted it, so that every reader gets the deletion. An erased account
// also leaves its direct channels. Groups get a roster of the directory without it.
import { eraseMessage } from "../../domain/append";
import { type RpcResult, succeed } from "../../domain/error";
import { channelKinds, type Event, type Message } from "../../protocol";
import type { Channel } from "../channel";
import { readMessagesBy } from "../log/history";
import type { TurnResult } from "../log/turn";
import { type RemovalParts, removeMember } from "./roster-update";

type EraseParts = RemovalParts & Pick<Channel, "log" | "sql" | "roster" | "idempotencyKeys" | "now">;

/**
 * Erases one batch in the next turn. Returns the position after which the next batch begins; null
 * if this was the last.
 */
export async function eraseBatch(
  channel: (EraseParts & Pick<Channel, "turn">) | null,
  user: string,
  after: number,
): Promise<RpcResult<number | null>> {
  if (!channel) return succeed(null);
  return await channel.turn.enqueueWrite(0, (reply) => eraseMessages(channel, user, after, reply));
}

function eraseMessages(
  channel: EraseParts,
  user: string,
  after: number,
  reply: (answer: RpcResult<number | null>) => void,
): TurnResult {
  const { log, sql, roster, idempotencyKeys } = channel;
  const { items, after: next } = readMessagesBy(sql, log.head, user, after);
  if (after === 0) idempotencyKeys.forget(user);
  const events = deleteMessages(channel, items, user);
  // Notes have no other reader to whom it matters.
  const leaves = channelKinds[log.header.kind].roster === "pair" && roster.size > 1 && roster.get(user) !== null;
  if (leaves) {
    roster.recordFormer([{ user, seq: log.head }]);
    roster.remove(user);
  }
  return {
    events,
    beforeBroadcast: () => {
      if (leaves) removeMember(channel, user, [], 0);
    },
    answer: () => reply(succeed(next)),
  };
}

/** Appends the deletions of messages by `actor`, inside the transaction of the turn. */
function deleteMessages({ log, now }: EraseParts, messages: readonly Message[], actor: string): Event[] {
  return messages.map(({ seq }) => {
    const target = log.message(seq);
    if (target?.state !== "live") throw new TypeError(`message ${seq} was read and is now missing`);
    return log.append(eraseMessage(log, target), { actor, nonce: crypto.randomUUID(), at: log.timeAt(now()) });
  });
}
