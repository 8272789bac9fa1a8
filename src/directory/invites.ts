// Invites: making, listing, finding and revoking them. `invite-rule.ts` decides whom an invite
// admits, and `invite-uses.ts` admits them.
import { and, desc, eq, lt, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { type ChannelId, type InviteKind, limits, type RoleId, type UserId } from "../protocol";
import { actorMay, isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { guildMembers, guilds } from "./guild-schema";
import { admits, isValidAt } from "./invite-rule";
import { accounts, channels, invites, memberships } from "./schema";

export type InviteRow = typeof invites.$inferSelect;

/** An invite to create. `target` is the channel of a group, or the person who makes the invite. */
export type InviteProposal = Omit<InviteRow, "uses" | "usedAt" | "channel" | "roles">;

/**
 * Creates an invite to a group or a person, if its creator may invite people and the target has
 * room for another one. Returns null if not.
 */
export async function createInvite(db: Database, proposal: InviteProposal): Promise<InviteRow | null> {
  const { code, targetKind, target, createdBy, createdAt, expiresAt, maxUses } = proposal;
  const change = { channel: target, actor: createdBy, subject: "", now: createdAt } as const;
  const mayInvite = targetKind === "group" ? actorMay(change, { kind: "add", role: "member" }) : isOpenAccount(target);
  const count = sql`(SELECT count(*) FROM ${invites} i WHERE ${isOf(targetKind, target)} AND ${isValidAt(createdAt)})`;
  const created = await db
    .insert(invites)
    .select(
      sql`SELECT ${code}, ${targetKind}, ${target}, ${createdBy}, ${createdAt}, ${expiresAt}, ${maxUses}, 0, NULL, NULL, '[]'
            WHERE ${mayInvite} AND ${count} < ${limits.invitesPerTarget}`,
    )
    .returning();
  return created[0] ?? null;
}

export const isOf = (kind: InviteKind, target: string): SQL => sql`i.target_kind = ${kind} AND i.target = ${target}`;

/**
 * Returns the valid invites to a target, newest first; with `by`, those that this person made. At
 * most `invitesPerTarget`, or `invitesPerGuild`.
 */
export async function listInvites(
  db: Database,
  { kind, target, by }: { kind: InviteKind; target: string; by?: UserId | undefined },
  now: number,
): Promise<InviteRow[]> {
  const i = alias(invites, "i");
  return await db
    .select()
    .from(i)
    .where(and(isOf(kind, target), isValidAt(now), by === undefined ? undefined : eq(i.createdBy, by)))
    .orderBy(desc(i.createdAt), desc(i.code));
}

/** What an invite leads to, as far as a person may know. */
export interface FoundInvite {
  kind: InviteKind;
  target: string;
  createdBy: UserId;
  /** The name of the group, the guild or the person. */
  name: string;
  /** The colour of a guild; null for others. */
  color: number | null;
  members: number;
  /** Whether it admits the person. */
  admits: boolean;
  /** The channel that the person is in already; null if they are not, and for a guild. */
  channel: ChannelId | null;
  /** Whether the person is a member of the guild already. */
  isGuildMember: boolean;
  /** The channel of a guild that is opened first; null for the welcome channel. */
  opens: ChannelId | null;
  /** The roles of a guild that the invite gives. */
  roles: RoleId[];
}

/**
 * Returns the invite of a code; null if there is none. `user` is the person who asks; null without
 * a sign-in. One statement answers in every case, so that the time says nothing.
 */
export async function findInvite(
  db: Database,
  code: string,
  user: UserId | null,
  now: number,
): Promise<FoundInvite | null> {
  // The direct channel of a pair has the key of `directKey`.
  const pair = sql`(SELECT c.id FROM ${channels} c WHERE c.identity = min(i.target, ${user}) || ':' || max(i.target, ${user}))`;
  const goal = sql`CASE i.target_kind WHEN 'group' THEN i.target WHEN 'person' THEN ${pair} END`;
  const isComplete = sql`(SELECT count(*) FROM ${memberships} m WHERE m.channel = ${goal}
    AND m.user IN (${user}, iif(i.target_kind = 'group', ${user}, i.target))) = iif(i.target_kind = 'group', 1, 2)`;
  const members = sql`(SELECT count(*) FROM (SELECT m.user FROM ${memberships} m WHERE m.channel = i.target
    UNION ALL SELECT gm.user FROM ${guildMembers} gm WHERE gm.guild = i.target LIMIT ${limits.countedMembers}))`;
  const isGuildMember = sql`EXISTS (SELECT 1 FROM ${guildMembers} gm WHERE gm.guild = i.target AND gm.user = ${user})`;
  const rows = await db.all<
    Omit<FoundInvite, "admits" | "isGuildMember" | "roles"> & { admits: number; isGuildMember: number; roles: string }
  >(
    sql`SELECT i.target_kind AS kind, i.target, i.created_by AS "createdBy", i.channel AS opens, i.roles, g.color,
          coalesce(c.name, g.name, a.name, '') AS name, ${members} AS members, ${isGuildMember} AS "isGuildMember",
          ${admits(user, now)} AS admits, iif(${isComplete}, ${goal}, NULL) AS channel
        FROM ${invites} i LEFT JOIN ${channels} c ON c.id = i.target LEFT JOIN ${accounts} a ON a.id = i.target
          LEFT JOIN ${guilds} g ON g.id = i.target
        WHERE i.code = ${code}`,
  );
  const found = rows[0];
  if (!found) return null;
  return {
    ...found,
    ...{ admits: found.admits === 1, isGuildMember: found.isGuildMember === 1 },
    roles: JSON.parse(found.roles),
  };
}

/** The person may remove members of the group to which the invite in the row leads. */
const mayRemoveFrom = (channel: ChannelId, user: UserId) =>
  and(
    eq(invites.target, channel),
    actorMay({ channel, actor: user, subject: "", now: 0 }, { kind: "remove", role: "member" }),
  );

/**
 * Revokes an invite that the person made, or that leads to a group from which they may remove
 * members. `manages` is the condition under which they may revoke it if it leads to a guild.
 * Returns whether there was one.
 */
export async function revokeInvite(
  db: Database,
  code: string,
  user: UserId,
  target: string,
  manages?: SQL,
): Promise<boolean> {
  const mayRevoke = or(eq(invites.createdBy, user), manages ?? mayRemoveFrom(target, user));
  const revoked = await db
    .delete(invites)
    .where(and(eq(invites.code, code), mayRevoke))
    .returning({ code: invites.code });
  return revoked.length > 0;
}

/** Returns the invites that a person made, for the export. */
export async function storedInvites(db: Database, user: UserId): Promise<Omit<InviteRow, "createdBy">[]> {
  const { createdBy: _, ...columns } = {
    ...{ code: invites.code, targetKind: invites.targetKind, target: invites.target, createdBy: invites.createdBy },
    ...{ createdAt: invites.createdAt, expiresAt: invites.expiresAt, maxUses: invites.maxUses },
    ...{ uses: invites.uses, usedAt: invites.usedAt, channel: invites.channel, roles: invites.roles },
  };
  return await db.select(columns).from(invites).where(eq(invites.createdBy, user));
}

/** Deletes the invites that ended long ago. Those whom they admitted may ask again for a while. */
export async function pruneInvites(db: Database, now: number): Promise<void> {
  const ended = now - limits.inviteKeptMs;
  const isUsedUp = and(sql`${invites.uses} >= ${invites.maxUses}`, lt(invites.usedAt, ended));
  await db.delete(invites).where(or(lt(invites.expiresAt, ended), isUsedUp));
}
