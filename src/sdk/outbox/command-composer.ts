import { uuidv7 } from "uuidv7";
import {
  type ComposedCommand,
  type Cursor,
  describeIssues,
  emoji,
  issueCode,
  limits,
  longText,
  messageText,
} from "../../protocol";
import { ParleyError } from "../parley-error";
import type { CommandAuthor } from "./command-author";
import { type OutboxEntry, type OutgoingFile, UNFIXED_EPOCH } from "./outbox";

/** What a change does to a message. */
export type ChangeKind = "send" | "edit" | "delete" | "react" | "pin" | "follow";

type Uncomposed<C> = C extends unknown ? Omit<C, "nonce" | "epoch" | "after"> : never;

/** What a person asks for, before it has a nonce and a cursor. */
export type RequestedChange = Uncomposed<ComposedCommand>;

const kinds: Record<RequestedChange["type"], ChangeKind> = {
  "message.send": "send",
  "message.edit": "edit",
  "message.delete": "delete",
  "reaction.add": "react",
  "reaction.remove": "react",
  "message.pin": "pin",
  "message.unpin": "pin",
  "thread.follow": "follow",
  "thread.unfollow": "follow",
};

export const kindOf = ({ type }: { type: RequestedChange["type"] }): ChangeKind => kinds[type];

/**
 * Makes a command with a nonce, so that sending it again repeats the same command. Throws for text
 * or an emoji that the server would refuse.
 */
export function composeCommand(
  author: CommandAuthor,
  { channel, channelName }: Pick<OutboxEntry, "channel" | "channelName">,
  change: RequestedChange,
  cursor: Cursor | null,
  files: readonly OutgoingFile[] = [],
): OutboxEntry {
  if ("text" in change) {
    const attached = files.length + (change.attachments?.length ?? 0);
    if (attached > limits.attachmentsPerMessage) throw new ParleyError("invalid", { detail: "too many attachments" });
    assertValid((attached > 0 ? longText : messageText).safeParse(change.text));
  }
  if ("emoji" in change) assertValid(emoji.safeParse(change.emoji));
  const { userId, clock } = author;
  if (userId === null) throw new ParleyError("sign_in_required");
  const position = cursor ?? { epoch: UNFIXED_EPOCH, after: 0 };
  return {
    channel,
    ...(channelName && { channelName }),
    order: author.nextOrder(),
    author: userId,
    composedAt: clock.now(),
    command: { ...change, nonce: uuidv7(), ...position },
    ...(files.length > 0 && { files }),
  };
}

function assertValid(parsed: ReturnType<typeof messageText.safeParse>): void {
  if (!parsed.success) throw new ParleyError(issueCode(parsed.error), { detail: describeIssues(parsed.error) });
}
