// Whom the entries of a large channel concern by name. Their inbox learns of them, and no other.
import type { Event } from "../../protocol";
import type { MentionedMembers } from "../members/mentioned-members";

/**
 * Returns the members whom entries mention by name, without the author, and remembers them. An
 * edit, a deletion and a purge may remove a mention, so they concern everyone who is remembered.
 */
export function mentionTargets(
  events: readonly Event[],
  mentioned: Pick<MentionedMembers, "users" | "add">,
  isMember: (user: string) => boolean,
): Set<string> {
  const users = new Set<string>();
  for (const { type, actor, data } of events) {
    const mayRemove = type === "message.deleted" || type === "messages.purged" || type === "message.edited";
    if (mayRemove) for (const user of mentioned.users) users.add(user);
    if ((type !== "message.sent" && type !== "message.edited") || data.body.state !== "live") continue;
    for (const user of data.body.mentions.users) {
      if (user === actor || !isMember(user)) continue;
      mentioned.add(user);
      users.add(user);
    }
  }
  return users;
}
