// Decides who enters a channel at once and who is asked first. A person who was asked has a row in
// `requests` and is no member. The rule is a part of the statement that adds members, so that no
// change between a check and the statement can bypass it.
import { and, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { type ChannelId, limits, type OpenTo, type UserId } from "../protocol";
import type { Database } from "./database";
import { accounts, channels, declinedStrangers, memberships, requests } from "./schema";

/** The inputs of the rule besides the person who would enter. */
export interface EntryRule {
  /** Who adds the person or opens the channel. */
  by: UserId;
  /** The setting of people who have not chosen one. */
  openTo: OpenTo;
}

/** Whether `by` shares a channel with the person in the row of `accounts`. */
const sharesChannel = (by: UserId) => sql`EXISTS (SELECT 1 FROM ${memberships} mine
  JOIN ${memberships} theirs ON theirs.channel = mine.channel WHERE mine.user = ${by} AND theirs.user = ${accounts.id})`;

/** Whether the person in the row of `accounts` has declined a request of `by`. */
const hasDeclined = (by: UserId) => sql`EXISTS (SELECT 1 FROM ${declinedStrangers} d
  WHERE d.user = ${accounts.id} AND d.stranger = ${by})`;

/**
 * The condition under which the person in the row of `accounts` enters without a request. People
 * who share a channel are no strangers, so an earlier refusal does not count for them.
 */
export const entersAtOnce = ({ by, openTo }: EntryRule): SQL => sql`(${accounts.id} = ${by}
  OR CASE coalesce(${accounts.openTo}, ${openTo})
       WHEN 'everyone' THEN NOT ${hasDeclined(by)} OR ${sharesChannel(by)}
       WHEN 'shared' THEN ${sharesChannel(by)}
       ELSE 0 END)`;

/** The condition under which the person in the row of `accounts` may be in another group. */
export const hasGroupRoom: SQL = sql`(SELECT count(*) FROM ${memberships} own JOIN ${channels} joined
  ON joined.id = own.channel WHERE own.user = ${accounts.id} AND joined.kind = 'group') < ${limits.groupsPerAccount}`;

/** The condition under which a channel has room for another member. */
export const hasMemberRoom = (channel: ChannelId): SQL =>
  sql`(SELECT count(*) FROM ${memberships} m WHERE m.channel = ${channel}) < ${limits.groupMembers}`;

/** Whether a request in the row `r` is of a stranger whom the person has declined. */
export const isDeclined: SQL = sql`EXISTS (SELECT 1 FROM ${declinedStrangers} d
  WHERE d.user = r.user AND d.stranger = r.stranger)`;

const isMember = (channel: ChannelId) =>
  sql`EXISTS (SELECT 1 FROM ${memberships} m WHERE m.channel = ${channel} AND m.user = ${accounts.id})`;

/** The condition under which the person in the row of `accounts` must be asked and may be. */
export const mayBeAsked = (rule: EntryRule, channel: ChannelId): SQL => sql`(
  NOT ${isMember(channel)} AND NOT ${entersAtOnce(rule)} AND NOT ${hasDeclined(rule.by)}
  AND (SELECT count(*) FROM ${requests} r WHERE r.user = ${accounts.id} AND NOT ${isDeclined}) < ${limits.requestsPerUser}
  AND (SELECT count(*) FROM ${requests} r WHERE r.user = ${accounts.id} AND r.stranger = ${rule.by}) < ${limits.requestsPerPair}
  AND (SELECT count(*) FROM ${requests} r WHERE r.channel = ${channel}) < ${limits.requestsPerChannel})`;

/** The rows of `accounts` of these people, without erased accounts. */
export const peopleIn = (people: readonly UserId[]): SQL => sql`(${accounts.erasedAt} IS NULL
  AND ${accounts.id} IN (SELECT value FROM json_each(${JSON.stringify(people)})))`;

/**
 * Asks those of `people` who do not enter at once. Belongs after the statement that adds members,
 * in its batch. Returns the people who were asked. A request replaces the one of a stranger whom
 * the person has declined.
 */
export const askPeople = (
  db: Database,
  rule: EntryRule,
  channel: ChannelId,
  people: readonly UserId[],
  now: number,
  also: SQL = sql`true`,
) =>
  db
    .insert(requests)
    .select(
      sql`SELECT ${accounts.id}, ${channels.id}, ${rule.by}, ${now} FROM ${accounts}, ${channels}
            WHERE ${channels.id} = ${channel} AND ${peopleIn(people)} AND ${mayBeAsked(rule, channel)} AND ${also}`,
    )
    .onConflictDoUpdate({
      target: [requests.user, requests.channel],
      set: { stranger: sql`excluded.stranger`, createdAt: sql`excluded.created_at` },
      setWhere: sql`EXISTS (SELECT 1 FROM ${declinedStrangers} d
        WHERE d.user = ${requests.user} AND d.stranger = ${requests.stranger})`,
    })
    .returning({ user: requests.user });

/** Deletes the request of a person who has become a member. */
export const dropAnswered = (db: Database, channel: ChannelId) =>
  db
    .delete(requests)
    .where(
      and(
        eq(requests.channel, channel),
        inArray(
          requests.user,
          db.select({ user: memberships.user }).from(memberships).where(eq(memberships.channel, channel)),
        ),
      ),
    );

/**
 * Deletes the requests that a person made in a channel; with null, all requests of the channel.
 * Returns the people who were asked.
 */
export const dropRequestsBy = (db: Database, channel: ChannelId, stranger: UserId | "" | null) =>
  db
    .delete(requests)
    .where(and(eq(requests.channel, channel), stranger === null ? undefined : eq(requests.stranger, stranger)))
    .returning({ user: requests.user });

/** Selects the people who may answer a request into a direct channel. */
export const selectAsked = (db: Database, channel: ChannelId) =>
  db
    .select({ user: requests.user })
    .from(requests)
    .innerJoin(channels, and(eq(channels.id, requests.channel), eq(channels.kind, "direct")))
    .leftJoin(
      declinedStrangers,
      and(eq(declinedStrangers.user, requests.user), eq(declinedStrangers.stranger, requests.stranger)),
    )
    .where(and(eq(requests.channel, channel), isNull(declinedStrangers.user)));

/** Why a person can neither enter a channel nor be asked. */
export type EntryRefusal = "group_full" | "too_many_groups" | "request_refused" | "too_many_pending" | "not_found";

/**
 * Returns why a person could neither enter a channel nor be asked. Call it after a statement with
 * the rule added nobody.
 */
export async function refusalOf(
  db: Database,
  rule: EntryRule,
  channel: ChannelId,
  kind: "direct" | "group",
  user: UserId,
): Promise<EntryRefusal> {
  const rows = await db
    .select({
      enters: asBoolean(entersAtOnce(rule)),
      declined: asBoolean(hasDeclined(rule.by)),
      memberRoom: asBoolean(hasMemberRoom(channel)),
      groupRoom: asBoolean(hasGroupRoom),
    })
    .from(accounts)
    .where(and(eq(accounts.id, user), isNull(accounts.erasedAt)));
  const found = rows[0];
  if (!found) return "not_found";
  if (kind === "group" && !found.memberRoom) return "group_full";
  if (found.enters && kind === "group" && !found.groupRoom) return "too_many_groups";
  return found.declined ? "request_refused" : "too_many_pending";
}

/** The brackets keep the names of tables, which a plain selection would leave out. */
const asBoolean = (condition: SQL) => sql<boolean>`(${condition})`.mapWith(Boolean);
