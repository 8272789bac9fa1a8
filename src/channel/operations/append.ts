// From a command to its entry: pays, looks for an earlier use of its nonce or key, asks the rule, performs its outcome.
import { append, nonceSearchStart } from "../../domain/append";
import { ChatError, fail, type RpcResult, succeed } from "../../domain/error";
import type { PriorEntry } from "../../domain/log";
import type { IdentifiedCommand } from "../../domain/ports";
import type { MirroredMember } from "../../domain/roster";
import type { Appended, Event } from "../../protocol";
import type { Channel } from "../channel";
import type { Done } from "../log/turn";

/** Rows of a search that cost as much as one command. */
const ROWS_PER_TOKEN = 500;

/** Runs inside the turn's transaction, and so does `admit`: a roster before it in the turn counts. A refusal is an answer; only storage throws. */
export function attemptAppend(
  channel: Channel,
  admit: () => MirroredMember,
  named: IdentifiedCommand,
  reply: (answer: RpcResult<Appended>) => void,
): Done {
  try {
    const { appended, event } = performCommand(channel, admit, named);
    return { events: event ? [event] : [], settle: () => reply(succeed(appended)) };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return { events: [], settle: () => reply(fail(error)) };
  }
}

function performCommand(
  channel: Channel,
  admit: () => MirroredMember,
  named: IdentifiedCommand,
): { appended: Appended; event: Event | null } {
  const { log, roster } = channel;
  const now = channel.now();
  const { user, role, since } = admit();
  channel.sends.take(user, now);
  const prior = findPrior(channel, user, named, now);
  const actor = { user, role, since, kind: log.header.kind, now, members: roster.handles };
  const outcome = append(log, actor, named.command, prior);
  // A command without a nonce gets a nonce of the server's, so that its entry looks like every other.
  const nonce = named.identifiedBy === "nonce" ? named.command.nonce : (prior?.nonce ?? crypto.randomUUID());
  if (outcome.kind === "known") {
    return { appended: { seq: outcome.seq, at: outcome.at, nonce, duplicate: true }, event: null };
  }
  if (named.identifiedBy === "key") channel.keys.put(user, named.key, log.head + 1);
  const event = log.append(outcome, { actor: user, nonce, at: log.timeAt(now) });
  // Whoever writes has read what stands above.
  if (outcome.kind === "send") {
    channel.memberStates.clearUnread(user, event.seq, now);
    channel.memberStates.raise(user, event.seq, event.seq);
  }
  return { appended: { seq: event.seq, at: event.at, nonce, duplicate: false }, event };
}

function findPrior(channel: Channel, user: string, named: IdentifiedCommand, now: number): PriorEntry | null {
  const { log, keys, sends } = channel;
  if (named.identifiedBy === "none") return null;
  if (named.identifiedBy === "key") {
    const seq = keys.find(user, named.key);
    return seq === null ? null : log.prior(seq);
  }
  const { prior, scanned } = log.findPrior(user, named.command.nonce, nonceSearchStart(log, named.command));
  sends.charge(user, now, Math.floor(scanned / ROWS_PER_TOKEN));
  return prior;
}
