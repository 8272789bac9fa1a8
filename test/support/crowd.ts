// Guilds with many members, for tests. The members are rows of the directory: nobody signs in.
import { env } from "cloudflare:workers";
import { change } from "./guild";
import type { Person } from "./http";

let seeded = 0;

/** Adds members to a guild. Returns their ids. The channels do not know of them yet. */
export async function addCrowd(guild: string, count: number): Promise<string[]> {
  const first = seeded;
  seeded += count;
  const users = Array.from({ length: count }, (_, at) => `u_crowd${String(first + at).padStart(12, "0")}`);
  const ids = JSON.stringify(users);
  await env.DIRECTORY.batch([
    env.DIRECTORY.prepare(
      `INSERT INTO accounts (id, handle, name, password_hash, created_at)
         SELECT value, 'crowd' || substr(value, 8), 'One of many', '', 1 FROM json_each(?)`,
    ).bind(ids),
    env.DIRECTORY.prepare("INSERT INTO guild_members SELECT ?, value, 1, 1, value FROM json_each(?)").bind(guild, ids),
  ]);
  return users;
}

/** Adds members to a guild, and lets its channels know. */
export async function makeLarge(owner: Person, guild: string, count = 110): Promise<string[]> {
  const users = await addCrowd(guild, count);
  await change(owner, guild, "POST", "roles", { name: "for a revision" });
  return users;
}

/** Removes members whom `addCrowd` added, and lets the channels know. */
export async function removeCrowd(owner: Person, guild: string, users: readonly string[]): Promise<void> {
  await env.DIRECTORY.prepare("DELETE FROM guild_members WHERE guild = ? AND user IN (SELECT value FROM json_each(?))")
    .bind(guild, JSON.stringify(users))
    .run();
  await change(owner, guild, "POST", "roles", { name: "for a revision" });
}
