// Recognises a repeated command by the entry that its first use made.
import { attachmentsOf, type TicketReader } from "./attachments";
import {
  type CommandContent,
  type CommandOf,
  type EntryType,
  FORWARDED,
  type LogReader,
  type PriorEntry,
  TO_CHANNEL,
} from "./log";
import { contentOf, partsOfText } from "./message";

const entryTypes: Record<CommandContent["type"], EntryType> = {
  "message.send": "message.sent",
  "message.edit": "message.edited",
  "message.delete": "message.deleted",
  "reaction.add": "reaction.added",
  "reaction.remove": "reaction.removed",
  "message.pin": "message.pinned",
  "message.unpin": "message.unpinned",
  "thread.follow": "thread.followed",
  "thread.unfollow": "thread.unfollowed",
};

/** Whether a command is the one that made an entry. Its tickets may be too old by now. */
export function isRepeat(log: LogReader, tickets: TicketReader, prior: PriorEntry, command: CommandContent): boolean {
  if (prior.type !== entryTypes[command.type]) return false;
  if (command.type === "message.send") {
    if ((prior.detail === TO_CHANNEL) !== (command.toChannel === true)) return false;
    if ((prior.detail === FORWARDED) !== (command.forwarded === true)) return false;
    if (prior.replyTo !== (command.replyTo ?? null) || prior.thread !== (command.thread ?? null)) return false;
  } else if (prior.target !== command.seq) return false;
  if ("emoji" in command) return prior.detail === command.emoji;
  if (!("text" in command)) return true;
  const content = command.type === "message.send" ? contentOfSend(tickets, command) : contentOfEdit(command);
  const said = prior.content;
  return "digest" in said ? said.digest === log.digest(content) : contentOf(said.parts) === content;
}

/** Returns the content of a send, whether or not its tickets can still be used. */
function contentOfSend(tickets: TicketReader, { text, attachments = [] }: CommandOf<"message.send">): string {
  const made = attachmentsOf(tickets, attachments);
  return contentOf({ text, attachments: made.map(({ attachment }) => attachment) });
}

/** Returns the content of an edit: its text, and which attachments it keeps, if it says so. */
export const contentOfEdit = ({ text, attachments }: CommandOf<"message.edit">): string =>
  attachments === undefined
    ? contentOf(partsOfText(text))
    : `${text}\0${JSON.stringify(attachments.map(({ id, alt }) => [id, alt ?? null]))}`;
