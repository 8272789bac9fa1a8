// Which channels of a guild some people may view, as the guild object asks it. Everything is read
// at one revision of the guild.
import { eq } from "drizzle-orm";
import type { GuildVisibility, VisibilityDirectory } from "../domain/channel-heads";
import { viewableBy } from "../domain/guild-viewers";
import type { GuildId, UserId } from "../protocol";
import { type Database, openDirectory } from "./database";
import { guildChannels, guildOverrides, guildRoles, guilds } from "./guild-schema";
import { overrideOf, rolesIn, rolesInColumn, selectStates } from "./guild-state";

async function findVisibility(db: Database, guild: GuildId, users: readonly UserId[]): Promise<GuildVisibility | null> {
  const [rows, roleRows, channelRows, overrideRows, memberRows] = await db.batch([
    db.select({ owner: guilds.owner, revision: guilds.revision }).from(guilds).where(eq(guilds.id, guild)).limit(1),
    db.select().from(guildRoles).where(eq(guildRoles.guild, guild)),
    db
      .select({ channel: guildChannels.channel, type: guildChannels.type })
      .from(guildChannels)
      .where(eq(guildChannels.guild, guild)),
    db.select().from(guildOverrides).where(eq(guildOverrides.guild, guild)),
    selectStates(db, guild, users),
  ]);
  const row = rows[0];
  if (!row) return null;
  const hierarchy = { guild, owner: row.owner, roles: rolesIn(roleRows) };
  const overridesOf = Map.groupBy(overrideRows, ({ place }) => place);
  const channels = channelRows.map(({ channel, type }) => {
    const overrides = (overridesOf.get(channel) ?? []).map(overrideOf);
    return { channel, ...hierarchy, type, overrides };
  });
  const members = memberRows.map(({ user, roles }) => ({ user, roles: rolesInColumn(roles) }));
  return {
    revision: row.revision,
    channels: new Set(channels.map(({ channel }) => channel)),
    viewable: viewableBy(channels, members),
  };
}

/** Returns the directory as guild objects ask it. */
export const openVisibility = (binding: D1Database): VisibilityDirectory => ({
  findVisibility: (guild, users) => findVisibility(openDirectory(binding), guild, users),
});
