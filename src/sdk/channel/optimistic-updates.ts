// Unconfirmed changes applied to the row of a message. They are applied in the order of their
// requests, so that the last one shows.
import { type Attachment, type KeptAttachment, noAttachments, type Reactions } from "../../protocol";
import type { OutboxEntry } from "../outbox/outbox";
import type { MessageView } from "./views";

export function withOptimisticUpdate(row: MessageView, { command, author, composedAt }: OutboxEntry): MessageView {
  switch (command.type) {
    case "message.send":
      return row;
    case "message.edit":
      return { ...row, text: command.text, attachments: keptOf(row, command.attachments), edited: true };
    case "message.delete":
      return { ...row, state: "deleted", text: "", attachments: noAttachments, mentions: null };
    case "reaction.add":
      return { ...row, reactions: withReaction(row.reactions, command.emoji, author) };
    case "reaction.remove":
      return { ...row, reactions: withoutReaction(row.reactions, command.emoji, author) };
    case "message.pin":
      return row.pin.by === null ? { ...row, pin: { ...row.pin, by: author, at: composedAt } } : row;
    case "message.unpin":
      return { ...row, pin: { ...row.pin, by: null, at: null } };
    case "thread.follow":
      return withFollowers(row, [...new Set([...row.replies.followers, author])]);
    case "thread.unfollow":
      return withFollowers(
        row,
        row.replies.followers.filter((user) => user !== author),
      );
  }
}

/** Returns the attachments that an edit keeps, with their new alt texts. */
function keptOf(row: MessageView, kept: readonly KeptAttachment[] | undefined): readonly Attachment[] {
  if (kept === undefined) return row.attachments;
  return kept.flatMap(({ id, alt }) => {
    const known = row.attachments.find((attachment) => attachment.id === id);
    return known ? [alt === undefined ? known : { ...known, alt }] : [];
  });
}

type Items = Reactions["items"];

function withReaction(items: Items, emoji: string, user: string): Items {
  if (!items.some((item) => item.emoji === emoji)) return [...items, { emoji, users: [user] }];
  return items.map((item) => (item.emoji === emoji ? { emoji, users: [...new Set([...item.users, user])] } : item));
}

function withoutReaction(items: Items, emoji: string, user: string): Items {
  const left = items.map((item) =>
    item.emoji === emoji ? { emoji, users: item.users.filter((other) => other !== user) } : item,
  );
  return left.filter(({ users }) => users.length > 0);
}

const withFollowers = (row: MessageView, followers: string[]): MessageView => ({
  ...row,
  replies: { ...row.replies, followers },
});
