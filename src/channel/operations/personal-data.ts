// What the channel stores of one person, for the export of their account. A member sees it as in
// the channel. A former member sees the channel as it was when they left.
import { messageAsOf, redactMessage } from "../../domain/history-visibility";
import type { PersonalItem, PersonalPart } from "../../domain/personal-data";
import type { Batch } from "../../domain/ports";
import type { Message } from "../../protocol";
import type { Channel } from "../channel";
import { readMessagesBy } from "../log/history";
import { readActionsBy, readVersionsBy } from "../log/personal-entries";
import type { RosterMirror } from "../members/roster-mirror";

export function personalData(
  { sql, log, memberStates, roster }: Pick<Channel, "sql" | "log" | "memberStates" | "roster">,
  user: string,
  part: PersonalPart,
  after: number,
): Batch<PersonalItem> {
  switch (part) {
    case "messages": {
      const batch = readMessagesBy(sql, log.head, user, after);
      return { ...batch, items: batch.items.map((message) => visibleToAuthor(roster, user, message)) };
    }
    case "versions":
      return readVersionsBy(sql, log.head, user, after);
    case "actions":
      return readActionsBy(sql, log.head, user, after);
    case "state": {
      const state = {
        read: memberStates.readOf(user),
        unreadFrom: memberStates.unreadFromOf(user),
        notifiedTo: memberStates.cursorOf(user)?.seq ?? null,
        since: roster.get(user)?.since ?? null,
        leftAt: roster.leftAt(user),
      };
      return { items: [state], after: null };
    }
  }
}

/**
 * Returns a message for its author. What others added to it after the author left, or before they
 * may read again, is left out.
 */
function visibleToAuthor(roster: RosterMirror, user: string, message: Message): Message {
  const since = roster.get(user)?.since ?? Number.POSITIVE_INFINITY;
  return message.seq >= since ? redactMessage(message, since) : messageAsOf(message, roster.leftAt(user));
}
