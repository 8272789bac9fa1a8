// Conditions of changes, as SQL. A change carries its conditions in the statement or the batch that
// makes it, because what a request has read before may have changed since. The rules themselves are
// those of `domain/member-permission.ts`.
import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { type GroupChange, permittedPairs, permittedRoles } from "../domain/member-permission";
import {
  type ChannelId,
  type ChannelKindRules,
  channelKind,
  channelKinds,
  limits,
  type Role,
  type UserId,
} from "../protocol";
import type { ChannelChange } from "./roster-change";
import { accounts, memberships } from "./schema";

/** Returns the kinds of channel with a roster of this sort, as an SQL list. */
const kindsWith = (roster: ChannelKindRules["roster"]): SQL =>
  sql`${channelKind.options.filter((kind) => channelKinds[kind].roster === roster)}`;

export const pairKinds: SQL = kindsWith("pair");
export const managedKinds: SQL = kindsWith("managed");

/** The account exists and is not erased. */
export const isOpenAccount = (user: UserId): SQL =>
  sql`EXISTS (SELECT 1 FROM ${accounts} WHERE ${and(eq(accounts.id, user), isNull(accounts.erasedAt))})`;

export const isMember = (channel: ChannelId, user: UserId): SQL =>
  sql`EXISTS (SELECT 1 FROM ${memberships} WHERE ${and(eq(memberships.channel, channel), eq(memberships.user, user))})`;

export const hasRoom = (channel: ChannelId): SQL =>
  sql`(SELECT count(*) FROM ${memberships} WHERE ${memberships.channel} = ${channel}) < ${limits.groupMembers}`;

/** The actor is a member with an open account whose role permits the change. */
export function actorMay({ channel, actor }: ChannelChange, change: GroupChange): SQL {
  const roles = JSON.stringify(permittedRoles(change));
  return sql`EXISTS (SELECT 1 FROM ${memberships} mine JOIN ${accounts} my_account ON my_account.id = mine.user
    WHERE mine.channel = ${channel} AND mine.user = ${actor} AND my_account.erased_at IS NULL
      AND mine.role IN (SELECT value FROM json_each(${roles})))`;
}

/**
 * Actor and subject are members whose roles permit the change, and the account of the actor is
 * open. `changeOf` gets the present role of the subject.
 */
export function actorMayChange(
  { channel, actor, subject }: ChannelChange,
  changeOf: (theirs: Role) => GroupChange,
): SQL {
  const pairs = JSON.stringify(permittedPairs(changeOf).map((pair) => pair.join(" ")));
  return sql`EXISTS (SELECT 1 FROM ${memberships} mine JOIN ${accounts} my_account ON my_account.id = mine.user
      JOIN ${memberships} theirs ON theirs.channel = mine.channel
    WHERE mine.channel = ${channel} AND mine.user = ${actor} AND theirs.user = ${subject}
      AND my_account.erased_at IS NULL
      AND mine.role || ' ' || theirs.role IN (SELECT value FROM json_each(${pairs})))`;
}
