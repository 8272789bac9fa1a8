// What the export tells of guilds: everything that is kept about the person, and nothing of
// channels that they never saw.
import { expect, test } from "vitest";
import type { GuildPermission, GuildView } from "../../src/protocol";
import { change, openGuild, openGuildChannel } from "../support/guild";
import { type Person, register, request } from "../support/http";
import { say } from "../support/log";
import { epochOf, join } from "../support/socket";

interface Export {
  guilds: { id: string; overrides: { place: string | null; allow: GuildPermission[]; deny: GuildPermission[] }[] }[];
  channels: { id: string; messages: { body: { text: string } }[] }[];
}

const take = async ({ token }: Person) => await (await request("/v1/me/export", { token })).json<Export>();

async function openTeam(): Promise<{ alice: Person; bob: Person; guild: GuildView; hidden: string; open: string }> {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const guild = await openGuild(alice, [bob]);
  const hidden = await openGuildChannel(alice, guild.id, { name: "hidden", type: "private" });
  return { alice, bob, guild, hidden, open: guild.channels[0]?.id ?? "" };
}

test("a channel that a member never saw is not in it, not even after they left", async () => {
  const { alice, bob, guild, hidden, open } = await openTeam();
  const device = await join(bob, open);
  await say(device, await epochOf(device), "said in the open");
  const ids = async () => (await take(bob)).channels.map(({ id }) => id);
  expect(await ids()).toEqual([open]);
  await change(alice, guild.id, "DELETE", `members/${bob.id}`);
  expect(await ids()).toEqual([open]);
  expect(JSON.stringify(await take(bob))).not.toContain(hidden);
});

test("a channel that a member saw once stays in it, with what they said there", async () => {
  const { alice, bob, guild, hidden } = await openTeam();
  const override = (allow: GuildPermission[]) =>
    change(alice, guild.id, "PUT", `channels/${hidden}/overrides/${bob.id}`, { allow, deny: [] });
  await override(["view"]);
  const device = await join(bob, hidden);
  await say(device, await epochOf(device), "said in private");
  await override([]);
  const { channels } = await take(bob);
  const texts = channels.find(({ id }) => id === hidden)?.messages.map(({ body }) => body.text);
  expect(texts).toEqual(["said in private"]);
});

test("overrides of the person are in it, without the place that they may not see", async () => {
  const { alice, bob, guild, hidden, open } = await openTeam();
  const put = (place: string, deny: GuildPermission[]) =>
    change(alice, guild.id, "PUT", `channels/${place}/overrides/${bob.id}`, { allow: [], deny });
  await put(open, ["pin"]);
  await put(hidden, ["react"]);
  const [exported] = (await take(bob)).guilds;
  expect(exported?.overrides.toSorted((a, b) => (a.place ?? "").localeCompare(b.place ?? ""))).toEqual([
    { place: null, allow: [], deny: ["react"] },
    { place: open, allow: [], deny: ["pin"] },
  ]);
});
