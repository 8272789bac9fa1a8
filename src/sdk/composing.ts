import { uuidv7 } from "uuidv7";
import { type Cursor, describeIssues, issueCode, messageText } from "../protocol";
import type { ChannelHost } from "./channel-host";
import { type OutboxEntry, UNFIXED_EPOCH } from "./outbox";
import { ParleyError } from "./parley-error";

/** What a person asks for, before it has a nonce and a place. */
export type Change =
  | { type: "message.send"; text: string }
  | { type: "message.edit"; seq: number; text: string }
  | { type: "message.delete"; seq: number };

/** Fixes a change as a command: from here on, sending it again is the same command. Throws for text no server would take. */
export function composeCommand(host: ChannelHost, channel: string, change: Change, cursor: Cursor | null): OutboxEntry {
  if (change.type !== "message.delete") checkText(change.text);
  const author = host.userId();
  if (author === null) throw new ParleyError("sign_in_required");
  const position = cursor ?? { epoch: UNFIXED_EPOCH, after: 0 };
  return {
    channel,
    order: host.nextOrder(),
    author,
    composedAt: host.environment.clock.now(),
    command: { ...change, nonce: uuidv7(), ...position },
  };
}

function checkText(text: string): void {
  const parsed = messageText.safeParse(text);
  if (!parsed.success) throw new ParleyError(issueCode(parsed.error), { detail: describeIssues(parsed.error) });
}
