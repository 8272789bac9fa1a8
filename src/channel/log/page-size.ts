// The size of what an answer shows of a message or an entry, by which pages are cut. Counting is
// cheaper than encoding. A page counts characters: text, ids and emoji. Encoded in JSON, a page has
// at most six bytes for each, and some hundred bytes of field names for each item.
import { charactersOf } from "../../domain/message";
import type { Event, Mentions, Message, Quote, Reactions, Replies } from "../../protocol";

/** The characters of a user id in JSON, with its quotes and comma. */
const ID = 32;
/** The characters of one kind of reaction, without its users. */
const REACTION = 96;

const ofMentions = ({ users, roles = [] }: Mentions): number => (users.length + roles.length) * ID;
const ofReactions = ({ items }: Reactions): number =>
  items.reduce((sum, { users }) => sum + REACTION + users.length * ID, 0);
const ofReplies = ({ participants, followers }: Replies): number => (participants.length + followers.length) * ID;
const ofQuote = (quote: Quote | null): number =>
  quote ? (quote.preview?.length ?? 0) + (quote.attachments?.name.length ?? 0) : 0;
const ofBody = (body: Message["body"]): number =>
  body.state === "live" ? charactersOf(body) + ofMentions(body.mentions) : 0;

/** Returns the size of a message on a page, in characters. */
export const sizeOfMessage = ({ body, reply, reactions, replies }: Message): number =>
  ofBody(body) + ofQuote(reply) + ofReactions(reactions) + ofReplies(replies);

/** Returns the size of an event in a frame, in characters. */
export function sizeOfEvent({ data }: Event): number {
  let size = "body" in data ? ofBody(data.body) : 0;
  if ("reply" in data) size += ofQuote(data.reply);
  if ("root" in data && data.root) size += ofReplies(data.root.replies);
  if ("roots" in data) for (const { replies } of data.roots) size += ofReplies(replies);
  if ("reactions" in data) size += ofReactions(data.reactions);
  if ("replies" in data) size += ofReplies(data.replies);
  return size;
}
