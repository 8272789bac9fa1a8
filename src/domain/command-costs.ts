// What each command costs. A command of the schemas without a row does not compile.
import type { AppendingCommand, ChannelCommand, UserCommand } from "../protocol";

/** A bucket of a person in an object; the names are those of `rates`. */
export interface CommandCost {
  bucket: "send" | "ask" | "call";
  /** Tokens that are taken before the command runs. */
  tokens: number;
}

const send: CommandCost = { bucket: "send", tokens: 1 };
const ask = (tokens = 1): CommandCost => ({ bucket: "ask", tokens });

const call = (tokens = 1): CommandCost => ({ bucket: "call", tokens });

type Query = Exclude<ChannelCommand, AppendingCommand> | UserCommand;

/** Every appending command is a send; every other command is a query. */
export const commandCosts: Record<AppendingCommand["type"], typeof send> & Record<Query["type"], CommandCost> = {
  "message.send": send,
  "message.edit": send,
  "message.delete": send,
  "reaction.add": send,
  "reaction.remove": send,
  "message.pin": send,
  "message.unpin": send,
  "thread.follow": send,
  "thread.unfollow": send,
  // The bytes of the answers of these two are charged when they are known: see `tokensOfBytes`.
  "channel.subscribe": ask(),
  "history.page": ask(),
  "read.mark": ask(),
  "read.unmark": ask(),
  "typing.start": ask(),
  // May queue a push job for the person.
  "view.set": ask(2),
  // Each may tell every member that a call is on.
  "call.start": call(10),
  "call.join": call(5),
  "call.leave": call(5),
  "call.decline": call(5),
  "call.signal": call(),
  "call.state": call(),
  "call.roster": call(),
  // Also pays for the channels that it wakes: see `tokensOfWakes`.
  "inbox.sync": ask(),
  // Also pays for the people who are new in the list: see `tokensOfWatches`.
  "presence.watch": ask(),
  // May tell up to `watchersPerUser` people.
  "presence.active": ask(5),
};

/** How many characters of a frame cost one token of `frame`, and of an unreadable one of `ask`. */
const CHARS_PER_FRAME_TOKEN = 32_768;
const CHARS_PER_UNREADABLE_TOKEN = 16_384;
/** How many bytes of an answer cost one token: 1.3 MB a second at the rate `ask`. */
const BYTES_PER_TOKEN = 65_536;
/** How many user objects that a watch calls cost one token. */
const WATCHES_PER_TOKEN = 5;
/** How many channels that a sync wakes cost one token. A sync must succeed for any number. */
const WAKES_PER_TOKEN = 20;

/** The tokens of a frame, which is charged before it is decoded. */
export const tokensOfFrame = (characters: number): number => 1 + characters / CHARS_PER_FRAME_TOKEN;
/** The tokens of a frame that could not be decoded. */
export const tokensOfUnreadable = (characters: number): number => 1 + characters / CHARS_PER_UNREADABLE_TOKEN;
/** The tokens of an answer beyond those of its command. */
export const tokensOfBytes = (bytes: number): number => bytes / BYTES_PER_TOKEN;
export const tokensOfWatches = (people: number): number => people / WATCHES_PER_TOKEN;
export const tokensOfWakes = (channels: number): number => channels / WAKES_PER_TOKEN;
