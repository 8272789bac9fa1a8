// The rosters of a guild's channels. All of them have the same members and roles, read once; each
// adds its own overrides. The channel keeps those members who may see it.
import { and, asc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { GuildMirror } from "../domain/guild-mirror";
import type { Roster, RosterMember } from "../domain/roster";
import type { ChannelId, GuildId, LocationHint } from "../protocol";
import type { Database } from "./database";
import { guildChannels, guildMemberRoles, guildMembers, guildOverrides, guildRoles, guilds } from "./guild-schema";
import { overrideOf, roleIn, rolesByUser } from "./guild-state";
import { accounts, channels, rosterOutbox } from "./schema";

/** The guild of a channel, its revision that the channel then has, and where it is placed. */
export interface GuildOfRoster {
  id: GuildId;
  revision: number;
  region: LocationHint | null;
}

/** A roster, and what the directory may forget when the channel has it. */
export interface LoadedRoster {
  roster: Roster;
  /** The revision of the channel's row, up to which its outbox rows are done. */
  outboxRevision: number;
  /** Null outside of guilds. */
  guild: GuildOfRoster | null;
}

/**
 * Returns the rosters of those channels of a guild that meet a condition, all at one revision. The
 * revision of a roster is the sum of that of the guild and that of the channel: both only rise, so
 * a later roster has a higher one.
 */
export async function loadGuildRosters(
  db: Database,
  guild: GuildId,
  which: SQL | undefined,
): Promise<(LoadedRoster & { channel: ChannelId })[]> {
  const chosen = db
    .select({ channel: guildChannels.channel })
    .from(guildChannels)
    .where(and(eq(guildChannels.guild, guild), which));
  const [rows, roleRows, memberRows, memberRoles, channelRows, overrideRows, pending] = await db.batch([
    db.select().from(guilds).where(eq(guilds.id, guild)).limit(1),
    db.select().from(guildRoles).where(eq(guildRoles.guild, guild)),
    db
      .select({
        user: guildMembers.user,
        handle: accounts.handle,
        joinedAt: guildMembers.joinedAt,
        tokensFrom: accounts.tokensFrom,
        receipts: accounts.receipts,
        hidden: sql<boolean>`${accounts.presence} = 'invisible'`.mapWith(Boolean),
        joinedIn: guildMembers.joinedIn,
        addedBy: guildMembers.addedBy,
      })
      .from(guildMembers)
      .innerJoin(accounts, eq(accounts.id, guildMembers.user))
      .where(and(eq(guildMembers.guild, guild), isNull(accounts.erasedAt)))
      .orderBy(asc(guildMembers.joinedAt), asc(guildMembers.user)),
    db.select().from(guildMemberRoles).where(eq(guildMemberRoles.guild, guild)),
    db
      .select({ row: channels, type: guildChannels.type })
      .from(guildChannels)
      .innerJoin(channels, eq(channels.id, guildChannels.channel))
      .where(and(eq(guildChannels.guild, guild), which)),
    db
      .select()
      .from(guildOverrides)
      .where(and(eq(guildOverrides.guild, guild), inArray(guildOverrides.place, chosen))),
    db
      .select()
      .from(rosterOutbox)
      .where(and(inArray(rosterOutbox.object, chosen), sql`${rosterOutbox.actor} <> ''`))
      .orderBy(asc(rosterOutbox.revision)),
  ]);
  const row = rows[0];
  if (!row) return [];
  const { revision, owner, welcomeChannel, region } = row;
  const rolesOf = rolesByUser(memberRoles);
  const members = memberRows.map(
    (member): RosterMember => ({ ...member, role: "member", roles: rolesOf(member.user) }),
  );
  const overridesOf = Map.groupBy(overrideRows, ({ place }) => place);
  const causesOf = Map.groupBy(pending, ({ object }) => object);
  const roles = roleRows.map((role) => ({ ...roleIn(role), name: role.name, mentionable: role.mentionable }));
  return channelRows.map(({ row: channel, type }) => {
    const { id, kind, name, topic, history, epochNumber, createdAt, createdBy } = channel;
    const overrides = (overridesOf.get(id) ?? []).map(overrideOf);
    const mirror: GuildMirror = { guild, owner, roles, revision, type, overrides, isWelcome: welcomeChannel === id };
    const causes = (causesOf.get(id) ?? []).map(({ subject, actor }) => ({ subject, actor }));
    const roster: Roster = {
      ...{ channel: id, kind, name, topic, history, epochNumber, createdAt, createdBy },
      ...{ revision: revision + channel.revision, members, causes, guild: mirror },
    };
    return { channel: id, roster, outboxRevision: channel.revision, guild: { id: guild, revision, region } };
  });
}
