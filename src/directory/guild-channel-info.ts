// A channel of a guild as one who may see it gets it from `GET /v1/channels/{channel}`.
import { eq, inArray, sql } from "drizzle-orm";
import { visibleMembers } from "../domain/guild-roster";
import type { ChannelId, ChannelInfo, UserId } from "../protocol";
import type { Database } from "./database";
import { loadGuildRosters } from "./guild-roster";
import { guildChannels } from "./guild-schema";
import { guildOf } from "./guild-state";
import { accounts } from "./schema";

/**
 * Returns a channel of a guild with the members who may see it; null for everyone else, whether it
 * exists or not.
 */
export async function findGuildChannel(db: Database, id: ChannelId, user: UserId): Promise<ChannelInfo | null> {
  const guild = await guildOf(db, id);
  const [loaded] = guild === null ? [] : await loadGuildRosters(db, guild, eq(guildChannels.channel, id));
  if (guild === null || !loaded?.roster.guild) return null;
  const members = visibleMembers(loaded.roster.guild, loaded.roster.members);
  if (!members.some((member) => member.user === user)) return null;
  const ids = JSON.stringify(members.map((member) => member.user));
  const people = await db
    .select({ id: accounts.id, handle: accounts.handle, name: accounts.name })
    .from(accounts)
    .where(inArray(accounts.id, sql`(SELECT value FROM json_each(${ids}))`));
  const profiles = new Map(people.map((profile) => [profile.id, profile]));
  const { kind, name, topic, history, createdAt, createdBy } = loaded.roster;
  return {
    ...{ id, kind, name, topic, history, createdAt, createdBy, guild },
    members: members.map(({ user: member, role, joinedAt, handle }) => ({
      ...{ role, joinedAt },
      user: profiles.get(member) ?? { id: member, handle, name: "" },
    })),
  };
}
