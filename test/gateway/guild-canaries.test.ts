// What was deleted of a server is in no table: a server whose time has come, a channel, what was
// purged, and what an erased member wrote and was given there.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { scheduled } from "../../src/gateway/scheduled";
import { limits, type Message } from "../../src/protocol";
import { rowsOf } from "../directory/support";
import { drained, entriesOf, rawRows, sayMany } from "../support/archive";
import { placesWith, tablesOf } from "../support/every-table";
import { change, giveNewRole, openGuild, openGuildChannel } from "../support/guild";
import { call, type Person, register } from "../support/http";
import { perform, say } from "../support/log";
import { longTest } from "../support/long-test";
import { pngOf } from "../support/pictures";
import { atRest } from "../support/rest";
import { attach, epochOf, join } from "../support/socket";
import { sendFile, storedKeys } from "../support/uploads";
import { erase } from "./erasure-support";

const HOUR_MS = 3_600_000;
const newCanary = (): string => `canary${crypto.randomUUID().replaceAll("-", "")}`;
const isNowhere = (canary: string) =>
  expect.poll(() => placesWith(canary), { timeout: 15_000, interval: 200 }).toEqual([]);

async function talk(who: Person, channel: string, text: string): Promise<void> {
  const device = await join(who, channel);
  const epoch = await epochOf(device);
  const edited = await say(device, epoch, `${text} first`);
  await perform(device, epoch, { type: "message.edit", seq: edited, text: `${text} second` });
  await say(device, epoch, text);
  device.close();
}

/** A server with a member who is away and has an inbox row of its channel. */
async function openServer(canary: string) {
  const [alice, bob, away] = [await register("alice"), await register("bob"), await register("away")];
  const guild = await openGuild(alice, [bob, away], { name: canary, description: `${canary} description` });
  const channel = guild.channels[0]?.id ?? "";
  (await attach(away)).close();
  await talk(alice, channel, canary);
  return { alice, bob, away, guild: guild.id, channel };
}

longTest("a server that was deleted is in no table and in no archive when its time has come", async () => {
  const canary = newCanary();
  const { alice, bob, guild, channel } = await openServer(canary);
  const second = await openGuildChannel(alice, guild, { name: `${canary} channel`, topic: `${canary} topic` });
  await giveNewRole(alice, guild, ["kick"], bob);
  await change(alice, guild, "POST", "roles", { name: `${canary} role` });
  await change(alice, guild, "POST", "categories", { name: `${canary} category` });
  await change(alice, guild, "PUT", `channels/${second}/overrides/${bob.id}`, { allow: [], deny: ["send"] });
  await change(alice, guild, "DELETE", `members/${bob.id}`);
  await atRest(channel);
  await drained(channel);
  expect(await placesWith(canary)).toEqual(
    expect.arrayContaining(["channel entries", "channel log", "directory channels", "directory guild_roles"]),
  );
  await change(alice, guild, "PUT", "deletion");
  await rowsOf("UPDATE guilds SET delete_at = 1 WHERE id = ?", guild);
  const runCron = async () => {
    await scheduled(env, Date.now() + 3_600_000);
    return [await tablesOf(channel), await tablesOf(second)];
  };
  await expect.poll(runCron, { timeout: 30_000 }).toEqual([["erased"], ["erased"]]);
  await isNowhere(canary);
  for (const each of [channel, second]) {
    expect((await rawRows(each)).flat()).toEqual([]);
    for (const table of ["erasures", "former_memberships", "notify_channels", "guild_channels"])
      expect(await rowsOf(`SELECT * FROM ${table} WHERE channel = ?`, each), table).toEqual([]);
  }
});

longTest("what was purged is in no table, archive, preview, notification and stored file", async () => {
  const canary = newCanary();
  const { alice, bob, away, guild, channel } = await openServer("harmless");
  const quiet = await openGuildChannel(alice, guild, { name: "quiet" });
  const [a, b] = [await join(alice, channel), await join(bob, channel)];
  const epoch = await epochOf(a);
  const root = await say(a, epoch, "root");
  await talk(bob, channel, canary);
  // More than one slice, so that the alarm cleans the rest.
  const many = Array.from({ length: 250 }, (_, at) => `${canary} ${at} @${away.handle}`);
  await sayMany(bob, channel, epoch, many);
  await say(b, epoch, `${canary} in a thread`, { thread: root });
  const pinned = await say(b, epoch, `${canary} pinned`);
  await perform(a, epoch, { type: "message.pin", seq: pinned });
  const quoting = await say(a, epoch, "an answer", { replyTo: pinned });
  const picture = { bytes: await pngOf(8, 8), type: "image/png", name: `${canary}.png` };
  await sendFile(bob, channel, picture);
  await talk(bob, quiet, canary);
  for (const each of [channel, quiet]) {
    await atRest(each);
    await drained(each);
  }
  expect(await placesWith(canary)).toEqual(expect.arrayContaining(["channel entries", "channel versions"]));
  expect((await storedKeys(env.FILES)).length).toBeGreaterThan(0);
  await change(alice, guild, "POST", "purges", { user: bob.id, hours: 1 });
  const job = { kind: "window", id: "job", channel, epoch, from: 1, to: 1_000_000 } as const;
  expect(JSON.stringify(await env.CHANNELS.getByName(channel).claimNotifications(job))).not.toContain(canary);
  for (const each of [channel, quiet]) {
    await evictDurableObject(env.CHANNELS.getByName(each));
    await atRest(each);
    await drained(each);
    expect(JSON.stringify(await entriesOf(each))).not.toContain(canary);
  }
  await scheduled(env, Date.now());
  await isNowhere(canary);
  expect(await storedKeys(env.FILES)).toEqual([]);
  const path = `/v1/channels/${channel}/messages`;
  const { reply } = await call<Message>(`${path}/${quoting}`, { token: alice.token });
  expect(reply).toEqual({ seq: pinned, author: bob.id, state: "deleted", preview: null });
  expect((await call<Message>(`${path}/${root}`, { token: alice.token })).replies).toMatchObject({ count: 0 });
});

longTest("a deleted channel of a server is in no table and in no archive", async () => {
  const canary = newCanary();
  const { alice, bob, guild } = await openServer("harmless");
  const channel = await openGuildChannel(alice, guild, { name: canary, topic: `${canary} topic` });
  await talk(bob, channel, canary);
  await atRest(channel);
  await drained(channel);
  expect(await placesWith(canary)).toEqual(expect.arrayContaining(["channel entries", "directory channels"]));
  await change(alice, guild, "DELETE", `channels/${channel}`);
  // The audit log has the name of the channel for its time, as it has all changes.
  await expect.poll(() => placesWith(canary), { timeout: 15_000 }).toEqual(["directory guild_audit"]);
  // The cron deletes old rows once an hour.
  const hours = Math.ceil((Date.now() + limits.auditKeptMs) / HOUR_MS) + 1;
  await scheduled(env, hours * HOUR_MS);
  await isNowhere(canary);
  expect(await tablesOf(channel)).toEqual(["erased"]);
  expect((await rawRows(channel)).flat()).toEqual([]);
});

longTest("an erased member of a server is in no table, with messages, roles and overrides", async () => {
  const canary = newCanary();
  const { alice, bob, guild, channel } = await openServer("harmless");
  await giveNewRole(alice, guild, ["kick"], bob);
  await change(alice, guild, "PUT", `channels/${channel}/overrides/${bob.id}`, { allow: ["pin"], deny: [] });
  await talk(bob, channel, canary);
  await atRest(channel);
  await drained(channel);
  expect(await placesWith(canary)).toContain("channel entries");
  expect((await erase(bob)).status).toBe(204);
  await isNowhere(canary);
  await drained(channel);
  expect(JSON.stringify(await entriesOf(channel))).not.toContain(canary);
  const ofBob = { guild_members: "user", guild_member_roles: "user", guild_overrides: "target" };
  for (const [table, column] of Object.entries(ofBob))
    expect(await rowsOf(`SELECT * FROM ${table} WHERE ${column} = ?`, bob.id), table).toEqual([]);
});
