// The messages of an account that is gone: each is deleted by an entry of its own, as if its author had done it, so that everybody who reads the log
// learns of it as of any deletion. A part at a time, in the turn like everything that is appended.
import { eraseMessage } from "../../domain/append";
import { type RpcResult, succeed } from "../../domain/error";
import type { Event } from "../../protocol";
import type { Channel } from "../channel";
import { readMessagesBy } from "../log/history";
import type { Done } from "../log/turn";

/** Runs inside the turn's transaction. Answers where the next part begins; null where there is none. */
export function attemptErase(
  channel: Channel,
  user: string,
  after: number,
  reply: (answer: RpcResult<number | null>) => void,
): Done {
  const { log } = channel;
  const { items, after: next } = readMessagesBy(channel.sql, log.head, user, after);
  const events: Event[] = [];
  for (const { seq } of items) {
    const target = log.message(seq);
    if (!target) throw new TypeError(`message ${seq} was just read and is not there`);
    const stamp = { actor: user, nonce: crypto.randomUUID(), at: log.timeAt(channel.now()) };
    events.push(log.append(eraseMessage(log, target), stamp));
  }
  return { events, settle: () => reply(succeed(next)) };
}
