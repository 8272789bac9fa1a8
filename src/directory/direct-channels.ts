// Opens a direct channel that exists. A person who was asked enters by opening it, and a person who
// is alone in it asks the other one again.
import { and, eq, sql } from "drizzle-orm";
import type { ChannelId, UserId } from "../protocol";
import type { Database } from "./database";
import { askPeople, dropAnswered, type EntryRefusal, type EntryRule, entersAtOnce, peopleIn } from "./entry-rule";
import { enqueued } from "./memberships";
import { accounts, declinedStrangers, memberships } from "./schema";

/** An opened channel, or why it was not opened. */
export type OpenedChannel =
  | {
      id: ChannelId;
      /** The people whom this opening asked. */
      asked: UserId[];
      /** Whether the caller entered a direct channel that the other person had opened. */
      hasJoined: boolean;
    }
  | { refused: EntryRefusal };

/**
 * Opens the direct channel of `rule.by` with `other`, which exists. The caller is a member
 * afterwards.
 */
export async function rejoinDirect(
  db: Database,
  rule: EntryRule,
  id: ChannelId,
  other: UserId,
  now: number,
): Promise<OpenedChannel> {
  const before = await db.select({ user: memberships.user }).from(memberships).where(eq(memberships.channel, id));
  const wasMember = before.some(({ user }) => user === rule.by);
  if (wasMember && before.some(({ user }) => user === other)) return { id, asked: [], hasJoined: false };
  const [, , , asked] = await db.batch([
    // A person who opens the channel with somebody takes back their refusal.
    db.delete(declinedStrangers).where(and(eq(declinedStrangers.user, rule.by), eq(declinedStrangers.stranger, other))),
    db
      .insert(memberships)
      .select(
        sql`SELECT ${id}, ${accounts.id}, 'member', ${now} FROM ${accounts}
              WHERE ${peopleIn([rule.by, other])} AND ${entersAtOnce(rule)}`,
      )
      .onConflictDoNothing(),
    dropAnswered(db, id),
    askPeople(db, rule, id, [other], now),
    ...enqueued(db, { channel: id, actor: rule.by, subject: "", now }),
  ]);
  return { id, asked: asked.map(({ user }) => user), hasJoined: !wasMember };
}
