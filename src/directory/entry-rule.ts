// Decides who enters a channel at once and who is asked first. A person who was asked has a row in
// `requests` and is no member. The rule is a part of the statement that adds members, so that no
// change between a check and the statement can bypass it.
import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { type ChannelId, type ChannelKind, channelKinds, limits, type OpenTo, type UserId } from "../protocol";
import { isBlocking } from "./blocks";
import { managedKinds, pairKinds } from "./conditions";
import type { Database } from "./database";
import { sharesGuild } from "./guild-access";
import { accounts, channels, declinedStrangers, memberships, requests } from "./schema";

/** The inputs of the rule besides the person who would enter. */
export interface EntryRule {
  /** Who adds the person or opens the channel. */
  by: UserId;
  /** The setting of people who have not chosen one. */
  openTo: OpenTo;
}

/** Whether `by` shares a channel or a guild with the person in the row of `accounts`. */
const sharesChannel = (by: UserId) => sql`(EXISTS (SELECT 1 FROM ${memberships} mine
  JOIN ${memberships} theirs ON theirs.channel = mine.channel WHERE mine.user = ${by} AND theirs.user = ${accounts.id})
  OR ${sharesGuild(by, sql`${accounts.id}`)})`;

/** Whether the person in the row of `accounts` has declined a request of `by`. */
const hasDeclined = (by: UserId) => sql`EXISTS (SELECT 1 FROM ${declinedStrangers} d
  WHERE d.user = ${accounts.id} AND d.stranger = ${by})`;

/**
 * The condition under which the person in the row of `accounts` enters without a request. People
 * who share a channel are no strangers, so an earlier refusal does not count for them. A person who
 * blocks `by` is asked, and does not see it.
 */
export const entersAtOnce = ({ by, openTo }: EntryRule): SQL => sql`(${accounts.id} = ${by}
  OR NOT ${isBlocking(sql`${accounts.id}`, sql`${by}`)} AND CASE coalesce(${accounts.openTo}, ${openTo})
       WHEN 'everyone' THEN NOT ${hasDeclined(by)} OR ${sharesChannel(by)}
       WHEN 'shared' THEN ${sharesChannel(by)}
       ELSE 0 END)`;

/** The condition under which the person in the row of `accounts` may be in another group. */
export const hasGroupRoom: SQL = sql`(SELECT count(*) FROM ${memberships} own JOIN ${channels} joined
  ON joined.id = own.channel WHERE own.user = ${accounts.id} AND joined.kind IN ${managedKinds}) < ${limits.groupsPerAccount}`;

/** Whether a request in the row `r` is of a stranger whom the person has declined or blocks. */
export const isDeclined: SQL = sql`(EXISTS (SELECT 1 FROM ${declinedStrangers} d
  WHERE d.user = r.user AND d.stranger = r.stranger) OR ${isBlocking(sql`r.user`, sql`r.stranger`)})`;

const isMemberOf = (channel: ChannelId) =>
  sql`EXISTS (SELECT 1 FROM ${memberships} m WHERE m.channel = ${channel} AND m.user = ${accounts.id})`;

/** The condition under which the person in the row of `accounts` must be asked and may be. */
export const mayBeAsked = (rule: EntryRule, channel: ChannelId): SQL => sql`(
  NOT ${isMemberOf(channel)} AND NOT ${entersAtOnce(rule)} AND NOT ${hasDeclined(rule.by)}
  AND (SELECT count(*) FROM ${requests} r WHERE r.user = ${accounts.id} AND NOT ${isDeclined}) < ${limits.requestsPerUser}
  AND (SELECT count(*) FROM ${requests} r WHERE r.user = ${accounts.id} AND r.stranger = ${rule.by}) < ${limits.requestsPerPair}
  AND (SELECT count(*) FROM ${requests} r WHERE r.channel = ${channel}) < ${limits.requestsPerChannel})`;

/** The account of a person is open and meets a condition on its row of `accounts`. */
export const isPerson = (user: UserId, condition: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${accounts} WHERE ${accounts.id} = ${user} AND ${accounts.erasedAt} IS NULL AND ${condition})`;

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

/** Deletes the requests of people who have become members, under the condition of the batch. */
export const dropAnswered = (db: Database, channel: ChannelId, isAdmitted: SQL) =>
  db
    .delete(requests)
    .where(
      and(
        eq(requests.channel, channel),
        sql`EXISTS (SELECT 1 FROM ${memberships} m WHERE m.channel = ${channel} AND m.user = ${requests.user})`,
        isAdmitted,
      ),
    );

/**
 * Deletes the requests that a person made in a channel, or with null all of the channel, under the
 * condition of the batch.
 */
export const dropRequests = (db: Database, channel: ChannelId, stranger: UserId | "" | null, isAdmitted: SQL) =>
  db
    .delete(requests)
    .where(
      and(eq(requests.channel, channel), stranger === null ? undefined : eq(requests.stranger, stranger), isAdmitted),
    );

/** Selects the people who may answer a request into a direct channel. */
export const selectAsked = (db: Database, channel: ChannelId) =>
  db
    .select({ user: requests.user })
    .from(requests)
    .innerJoin(channels, and(eq(channels.id, requests.channel), sql`${channels.kind} IN ${pairKinds}`))
    .leftJoin(
      declinedStrangers,
      and(eq(declinedStrangers.user, requests.user), eq(declinedStrangers.stranger, requests.stranger)),
    )
    .where(
      and(
        eq(requests.channel, channel),
        isNull(declinedStrangers.user),
        sql`NOT ${isBlocking(sql`${requests.user}`, sql`${requests.stranger}`)}`,
      ),
    );

/** Why a person can neither enter a channel nor be asked. */
export type EntryRefusal = "too_many_groups" | "request_refused" | "too_many_pending" | "not_found";

/**
 * Returns why a person can neither enter a channel nor be asked; null if one of them is possible.
 * Call it after a statement with the rule changed nothing.
 */
export async function refusalOf(
  db: Database,
  rule: EntryRule,
  channel: ChannelId,
  kind: ChannelKind,
  user: UserId,
): Promise<EntryRefusal | null> {
  const rows = await db
    .select({
      enters: asBoolean(entersAtOnce(rule)),
      isDeclined: asBoolean(hasDeclined(rule.by)),
      isAskable: asBoolean(mayBeAsked(rule, channel)),
      hasRoom: asBoolean(hasGroupRoom),
    })
    .from(accounts)
    .where(and(eq(accounts.id, user), isNull(accounts.erasedAt)));
  const found = rows[0];
  if (!found) return "not_found";
  if (found.enters) return channelKinds[kind].roster === "managed" && !found.hasRoom ? "too_many_groups" : null;
  if (found.isDeclined) return "request_refused";
  return found.isAskable ? null : "too_many_pending";
}

/** The brackets keep the names of tables, which a plain selection would leave out. */
const asBoolean = (condition: SQL) => sql<boolean>`(${condition})`.mapWith(Boolean);
