// Charges what members ask of a channel, before anything else is done for them. The buckets are in
// the object's memory.
//
// Strangers are not charged here: a refusal would tell them that the channel exists. The membership
// check, a lookup in memory, refuses them, and the gateway charges their requests.

import { type CommandCost, commandCosts, tokensOfBytes, tokensOfFrame } from "../../domain/command-costs";
import { ChatError } from "../../domain/error";
import { charactersOf } from "../../domain/message";
import type { ChannelCommand, Message } from "../../protocol";
import type { Channel } from "../channel";

/** What the charge of a command uses. */
export type ChargeParts = Pick<Channel, "roster" | "sendBuckets" | "queryBuckets" | "callBuckets" | "now">;
type FrameParts = Pick<Channel, "frameBuckets" | "now">;

/** Charges a command. Throws `rate_limited`. */
export const chargeCommand = (channel: ChargeParts, user: string, type: ChannelCommand["type"]): void =>
  take(channel, user, commandCosts[type]);

/** Charges a request that is no command: a poll, or a read over HTTP. Throws `rate_limited`. */
export const chargeQuery = (channel: ChargeParts, user: string): void =>
  take(channel, user, { bucket: "ask", tokens: 1 });

function take(channel: ChargeParts, user: string, { bucket, tokens }: CommandCost): void {
  if (!channel.roster.get(user)) return;
  const buckets =
    bucket === "send" ? channel.sendBuckets : bucket === "call" ? channel.callBuckets : channel.queryBuckets;
  buckets.take(user, channel.now(), tokens);
}

/**
 * Charges a frame by its size, before it is decoded. Returns false if the member sent too much:
 * then the socket must be closed.
 */
export const chargeFrame = (channel: FrameParts, user: string, characters: number): boolean =>
  !channel.frameBuckets.charge(user, channel.now(), tokensOfFrame(characters));

/** Charges the commands of one request as if each were a frame. Throws `rate_limited`. */
export function chargeRequest(channel: FrameParts, user: string, commands: number): void {
  if (channel.frameBuckets.charge(user, channel.now(), commands)) {
    throw new ChatError("rate_limited", undefined, commands * channel.frameBuckets.rate.everyMs);
  }
}

/** Charges the texts of an answer. The next query waits where they were long. */
export function chargeTexts(
  { queryBuckets, now }: Pick<Channel, "queryBuckets" | "now">,
  user: string,
  characters: number,
): void {
  queryBuckets.charge(user, now(), tokensOfBytes(characters));
}

/** Returns the characters of the parts of messages. */
export const textLengthOf = (messages: readonly Pick<Message, "body">[]): number =>
  messages.reduce((total, { body }) => total + (body.state === "live" ? charactersOf(body) : 0), 0);
