// The members of a large channel for the push consumer, page by page.
import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import { viewableBy } from "../domain/guild-viewers";
import type { AudiencePage } from "../domain/notification-ports";
import type { ChannelId, RoleId, UserId } from "../protocol";
import type { Database } from "./database";
import { guildChannels, guildMemberRoles, guildMembers, guildOverrides, guildRoles, guilds } from "./guild-schema";
import { joinedRoles, overrideOf, rolesIn, rolesInColumn } from "./guild-state";

const PAGE = 100;

/** See `PushDirectory.audiencePage`. Everything is read at one revision of the guild. */
export async function audiencePage(
  db: Database,
  channel: ChannelId,
  roles: readonly RoleId[] | null,
  after: UserId | "",
): Promise<AudiencePage> {
  const guild = sql`(SELECT ${guildChannels.guild} FROM ${guildChannels} WHERE ${guildChannels.channel} = ${channel})`;
  const [places, guildRows, roleRows, overrideRows, members] = await db.batch([
    db.select({ type: guildChannels.type }).from(guildChannels).where(eq(guildChannels.channel, channel)).limit(1),
    db.select({ id: guilds.id, owner: guilds.owner }).from(guilds).where(sql`${guilds.id} = ${guild}`).limit(1),
    db.select().from(guildRoles).where(sql`${guildRoles.guild} = ${guild}`),
    db
      .select()
      .from(guildOverrides)
      .where(and(sql`${guildOverrides.guild} = ${guild}`, eq(guildOverrides.place, channel))),
    db
      .select({ user: guildMembers.user, roles: joinedRoles })
      .from(guildMembers)
      .where(
        and(sql`${guildMembers.guild} = ${guild}`, gt(guildMembers.user, after), roles ? hasOneOf(roles) : undefined),
      )
      .orderBy(asc(guildMembers.user))
      .limit(PAGE),
  ]);
  const [place, row] = [places[0], guildRows[0]];
  if (!place || !row) return { users: [], last: null };
  const rules = { channel, guild: row.id, owner: row.owner, roles: rolesIn(roleRows), type: place.type };
  const overrides = overrideRows.map(overrideOf);
  const own = members.map((member) => ({ user: member.user, roles: rolesInColumn(member.roles) }));
  const viewable = viewableBy([{ ...rules, overrides }], own);
  const users = own.flatMap(({ user }) => (viewable.get(user)?.has(channel) ? [user] : []));
  return { users, last: members.length === PAGE ? (members.at(-1)?.user ?? null) : null };
}

const hasOneOf = (roles: readonly RoleId[]): SQL => sql`EXISTS (SELECT 1 FROM ${guildMemberRoles} held
  WHERE held.guild = ${guildMembers.guild} AND held.user = ${guildMembers.user}
    AND held.role IN (SELECT value FROM json_each(${JSON.stringify(roles)})))`;
