// A channel of a guild as one who may see it gets it from `GET /v1/channels/{channel}`.
import { eq, inArray, sql } from "drizzle-orm";
import { visibleMembers } from "../domain/guild-roster";
import type { ChannelId, ChannelInfo, Profile, UserId } from "../protocol";
import type { Database } from "./database";
import { visibleChannels } from "./guild-access";
import { loadGuildRosters } from "./guild-roster";
import { guildChannels } from "./guild-schema";
import { accounts, channels } from "./schema";

/**
 * Returns a channel of a guild with the members who may see it, of a large channel only the caller;
 * null for everyone else, whether it exists or not.
 */
export async function findGuildChannel(db: Database, id: ChannelId, user: UserId): Promise<ChannelInfo | null> {
  const [own] = await visibleChannels(db, user, { channel: id });
  if (!own) return null;
  const { guild } = own;
  const [rows, loaded] = await Promise.all([
    db.select().from(channels).where(eq(channels.id, id)).limit(1),
    own.large ? [] : loadGuildRosters(db, guild, eq(guildChannels.channel, id)),
  ]);
  const row = rows[0];
  const roster = loaded[0]?.roster;
  if (!row) return null;
  const { kind, name, topic, history, createdAt, createdBy } = row;
  const info = { id, kind, name, topic, history, createdAt, createdBy, guild };
  // It may have become large since.
  if (!roster?.guild || roster.delta) {
    const { role, joinedAt } = own;
    const profiles = await profilesOf(db, [user]);
    const me = profiles.get(user);
    return me ? { ...info, members: [{ role, joinedAt, user: me }], large: true } : null;
  }
  const members = visibleMembers(roster.guild, roster.members);
  const profiles = await profilesOf(
    db,
    members.map((member) => member.user),
  );
  return {
    ...info,
    members: members.map(({ user: member, role, joinedAt, handle }) => ({
      ...{ role, joinedAt },
      user: profiles.get(member) ?? { id: member, handle, name: "" },
    })),
  };
}

async function profilesOf(db: Database, users: readonly UserId[]): Promise<Map<UserId, Profile>> {
  const people = await db
    .select({ id: accounts.id, handle: accounts.handle, name: accounts.name })
    .from(accounts)
    .where(inArray(accounts.id, sql`(SELECT value FROM json_each(${JSON.stringify(users)}))`));
  return new Map(people.map((profile) => [profile.id, profile]));
}
