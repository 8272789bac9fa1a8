// Accounts with very many groups and sessions, written into the directory and the objects directly.
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { loadRoster } from "../../src/directory/roster-outbox";
import { app } from "../../src/gateway/app";
import { newId } from "../../src/runtime/ids";
import { db } from "../directory/support";
import { ORIGIN, type Person } from "../support/http";
import { openSocket } from "../support/socket";

/** Makes groups of which a person is the owner. Returns their ids. */
export async function makeGroups(owner: Person, count: number): Promise<string[]> {
  const now = Date.now();
  const groups = Array.from({ length: count }, (_, i) => newId("c", now + i));
  const ids = JSON.stringify(groups);
  await env.DIRECTORY.batch([
    env.DIRECTORY.prepare(
      `INSERT INTO channels (id, kind, identity, name, revision, created_by, created_at)
         SELECT value, 'group', value, 'Many', 1, ?1, ?2 FROM json_each(?3)`,
    ).bind(owner.id, now, ids),
    env.DIRECTORY.prepare(
      "INSERT INTO memberships (channel, user, role, joined_at) SELECT value, ?1, 'owner', ?2 FROM json_each(?3)",
    ).bind(owner.id, now, ids),
  ]);
  await inChunks(groups, async (group) => {
    const roster = await loadRoster(db, group);
    if (roster) await env.CHANNELS.getByName(group).applyRoster(roster);
  });
  return groups;
}

/** Opens a socket to each of these channels with one access token. */
export const openSockets = (channels: readonly string[], access: string) =>
  inChunks(channels, async (channel) => {
    const device = await openSocket(`/v1/channels/${channel}/socket`, access);
    await device.answer(device.send({ type: "channel.subscribe" }), "ready");
    return device;
  });

/** Returns how many messages these channels have in all. */
export async function countMessages(channels: readonly string[]): Promise<number> {
  const counts = await inChunks(channels, async (channel) => {
    const state = await env.CHANNELS.getByName(channel).state();
    return state.ok ? state.value.messages : 0;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Runs `work` on the items, 50 at a time. Returns the results in the order of the items. */
export async function inChunks<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < items.length; i += 50) {
    results.push(...(await Promise.all(items.slice(i, i + 50).map(work))));
  }
  return results;
}

/** Sends a request to a server with these bindings. */
export async function requestOn(
  bindings: Env,
  path: string,
  { method, token, body }: { method: string; token: string; body?: unknown },
): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  return await app.fetch(new Request(ORIGIN + path, init), bindings, createExecutionContext());
}
