// Opens a direct channel that exists. A person who was asked enters by opening it, and a person who
// is alone in it asks the other one again.
import { and, eq, sql } from "drizzle-orm";
import type { ChannelId, UserId } from "../protocol";
import { isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { askPeople, dropAnswered, type EntryRefusal, type EntryRule, entersAtOnce, peopleIn } from "./entry-rule";
import { changeRoster } from "./roster-change";
import { accounts, declinedStrangers, memberships, requests } from "./schema";

/** An opened channel, or why it was not opened. */
export type OpenedChannel =
  | {
      id: ChannelId;
      /** The people whom this opening asked. */
      asked: UserId[];
      /** Whether the caller entered a direct channel that the other person had opened. */
      hasJoined: boolean;
    }
  /** Null if another request was faster. */
  | { refused: EntryRefusal | null };

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
  const [members, pending] = await db.batch([
    db.select({ user: memberships.user }).from(memberships).where(eq(memberships.channel, id)),
    selectRequest(db, id, other),
  ]);
  const wasMember = members.some(({ user }) => user === rule.by);
  if (wasMember && members.some(({ user }) => user === other)) return { id, asked: [], hasJoined: false };
  const change = { channel: id, actor: rule.by, subject: "", now } as const;
  await changeRoster(db, change, isOpenAccount(rule.by), (isAdmitted) => [
    // A person who opens the channel with somebody takes back their refusal.
    db
      .delete(declinedStrangers)
      .where(and(eq(declinedStrangers.user, rule.by), eq(declinedStrangers.stranger, other), isAdmitted)),
    db
      .insert(memberships)
      .select(
        sql`SELECT ${id}, ${accounts.id}, 'member', ${now} FROM ${accounts}
              WHERE ${peopleIn([rule.by, other])} AND ${entersAtOnce(rule)} AND ${isAdmitted}`,
      )
      .onConflictDoNothing(),
    dropAnswered(db, id, isAdmitted),
    askPeople(db, rule, id, [other], now, isAdmitted),
  ]);
  const isAsked = pending.length === 0 && (await selectRequest(db, id, other)).length > 0;
  return { id, asked: isAsked ? [other] : [], hasJoined: !wasMember };
}

const selectRequest = (db: Database, channel: ChannelId, user: UserId) =>
  db
    .select({ user: requests.user })
    .from(requests)
    .where(and(eq(requests.channel, channel), eq(requests.user, user)));
