// Performs an appending command: looks for a prior entry of its nonce or key, asks the rule in
// `domain/`, and stores the outcome. Its source has charged the rate.
import { append, nonceSearchStart } from "../../domain/append";
import { ChatError, fail, type RpcResult, succeed, unwrap } from "../../domain/error";
import type { AppendOutcome, CommandContent, EditOutcome, PriorEntry } from "../../domain/log";
import { newlyMentioned } from "../../domain/mention-changes";
import type { Caller, IdentifiedCommand } from "../../domain/ports";
import type { MirroredMember } from "../../domain/roster";
import { type Appended, channelKinds, type Event } from "../../protocol";
import type { Channel } from "../channel";
import { bytesOf } from "../log/parts-column";
import type { TurnResult } from "../log/turn";
import { type ChargeParts, chargeCommand } from "./charges";

/** What an appending command uses. */
export type AppendParts = Pick<
  Channel,
  | "log"
  | "roster"
  | "memberStates"
  | "mentioned"
  | "inboxRows"
  | "sockets"
  | "idempotencyKeys"
  | "slowMode"
  | "storageGauge"
  | "dailyBytes"
  | "sendBuckets"
  | "tickets"
  | "now"
>;

/** How many rows of a search for a nonce cost as much as one command. */
const ROWS_PER_TOKEN = 500;

/** Appends a command that came over HTTP, in the next turn. */
export async function appendRequest(
  channel: AppendParts & ChargeParts & Pick<Channel, "turn" | "visitors">,
  caller: Caller,
  identified: IdentifiedCommand,
): Promise<Appended> {
  const { command } = identified;
  chargeCommand(channel, caller.user, command.type);
  const text = "text" in command ? command.text : "";
  const lookup = channel.visitors.lookUp(caller.user, text);
  if (lookup) await lookup;
  const admit = () => channel.roster.admit(caller);
  const append = (reply: (answer: RpcResult<Appended>) => void) => appendCommand(channel, admit, identified, reply);
  return unwrap(await channel.turn.enqueueWrite(text.length, append));
}

/**
 * Appends a command inside the transaction of its turn. `admit` runs there too, so that a roster
 * earlier in the turn counts. Answers refusals; throws only faults.
 */
export function appendCommand(
  channel: AppendParts,
  admit: () => MirroredMember,
  identified: IdentifiedCommand,
  reply: (answer: RpcResult<Appended>) => void,
): TurnResult {
  try {
    const { appended, event } = perform(channel, admit, identified);
    return { events: event ? [event] : [], answer: () => reply(succeed(appended)) };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return { events: [], answer: () => reply(fail(error)) };
  }
}

function perform(
  channel: AppendParts,
  admit: () => MirroredMember,
  identified: IdentifiedCommand,
): { appended: Appended; event: Event | null } {
  const { log, roster, tickets } = channel;
  const now = channel.now();
  const { user, permissions, since } = admit();
  const prior = findPrior(channel, user, identified, now);
  const isDeserted = roster.isDeserted && channelKinds[log.header.kind].roster === "pair";
  const { isMember } = roster;
  const isNewMessage = identified.command.type === "message.send" && prior === null;
  const nextSendAt = isNewMessage ? channel.slowMode.nextSendAt(user, permissions) : 0;
  const actor = {
    user,
    permissions,
    since,
    now,
    isDeserted,
    nextSendAt,
    members: roster.handles,
    isMember,
    mentionable: roster,
    tickets,
  };
  const outcome = append(log, actor, identified.command, prior);
  if (outcome.kind !== "known") chargeStorage(channel, user, identified.command.type, outcome, now);
  // A command without a nonce gets one from the server, so that every entry has a nonce.
  const nonce = identified.identifiedBy === "nonce" ? identified.command.nonce : (prior?.nonce ?? crypto.randomUUID());
  if (outcome.kind === "known") {
    return { appended: { seq: outcome.seq, at: outcome.at, nonce, duplicate: true }, event: null };
  }
  if (identified.identifiedBy === "key") channel.idempotencyKeys.put(user, identified.key, log.head + 1);
  const event = log.append(outcome, { actor: user, nonce, at: log.timeAt(now) });
  // Sending marks everything before it as read.
  if (outcome.kind === "send") {
    channel.slowMode.onSent(user, event.at);
    channel.memberStates.clearUnread(user, event.seq, now);
    channel.memberStates.raise(user, event.seq, event.seq);
  }
  if (outcome.kind === "edit") noteNewMentions(channel, user, outcome, event.seq);
  return { appended: { seq: event.seq, at: event.at, nonce, duplicate: false }, event };
}

/**
 * Notes whom an edit mentions for the first time, so that they are notified and find the message,
 * wherever their read mark is. Saved in the transaction of the edit.
 */
function noteNewMentions(
  { inboxRows, memberStates, mentioned, roster, sockets, now }: AppendParts,
  author: string,
  { target, mentions, mentionsBefore }: EditOutcome,
  at: number,
): void {
  const candidates = roster.isLarge ? mentions.users : roster.users;
  const users = newlyMentioned(mentionsBefore, mentions, candidates).filter((user) => user !== author);
  if (roster.isLarge) for (const user of users) mentioned.add(user);
  if (!inboxRows.unseen.addEdit(users, { seq: target, at })) return;
  memberStates.save(now());
  // The saved states include what these sockets reported before the edit.
  for (const connected of users.flatMap((user) => sockets.ofUser(user)))
    if (connected.state.seen.length > 0) sockets.setState(connected, { ...connected.state, seen: [] });
}

/**
 * Counts what a command stores. Throws `channel_full` if the object has no room, and
 * `quota_exceeded` if the parts are beyond a budget of the day.
 */
function chargeStorage(
  { storageGauge, dailyBytes }: Pick<Channel, "storageGauge" | "dailyBytes">,
  user: string,
  type: CommandContent["type"],
  outcome: AppendOutcome,
  now: number,
): void {
  const bytes = "parts" in outcome ? bytesOf(outcome.parts) : 0;
  storageGauge.requireRoom(type, bytes);
  if (bytes > 0) dailyBytes.take(user, bytes, now);
}

function findPrior(
  { log, idempotencyKeys, sendBuckets }: Pick<Channel, "log" | "idempotencyKeys" | "sendBuckets">,
  user: string,
  identified: IdentifiedCommand,
  now: number,
): PriorEntry | null {
  if (identified.identifiedBy === "none") return null;
  if (identified.identifiedBy === "key") {
    const seq = idempotencyKeys.find(user, identified.key);
    return seq === null ? null : log.priorEntryAt(seq);
  }
  const { command } = identified;
  const { prior, scanned } = log.findPrior(user, command.nonce, nonceSearchStart(log, command));
  sendBuckets.charge(user, now, Math.floor(scanned / ROWS_PER_TOKEN));
  return prior;
}
