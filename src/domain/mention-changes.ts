// Whom an edit mentions for the first time. A message notifies each person once: an edit that
// repeats a mention, or restores one that an earlier edit removed, mentions nobody newly.
import { type Mentions, noMentions } from "../protocol";

/** Returns everyone whom at least one of two texts mentions. */
export function unionOf(one: Mentions, other: Mentions): Mentions {
  if (other === noMentions) return one;
  const all = one.all === "channel" || other.all === "channel" ? "channel" : (one.all ?? other.all);
  const roles = [...new Set([...(one.roles ?? []), ...(other.roles ?? [])])];
  return { users: [...new Set([...one.users, ...other.users])], all, ...(roles.length > 0 && { roles }) };
}

/** Whether a text mentions a person, by name or with everyone. */
export const isMentionedIn = ({ users, all }: Mentions, user: string): boolean => all !== null || users.includes(user);

/**
 * Returns the members whom `after` mentions and `before` does not. `before` is what all earlier
 * texts of the message mention.
 */
export function newlyMentioned(before: Mentions, after: Mentions, members: Iterable<string>): string[] {
  const candidates = after.all === null ? after.users : [...members];
  return candidates.filter((user) => !isMentionedIn(before, user));
}
