// A change of a role in a guild of many channels is in force in each of them when it is answered.
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { limits } from "../../src/protocol";
import { rowsOf } from "../directory/support";
import { change, openGuild } from "../support/guild";
import { register } from "../support/http";
import { fixtureSize } from "../support/runs";

const CHANNELS = fixtureSize(60, limits.guildChannels);

test("a role change reaches every channel, and one statement confirms them", { timeout: 300_000 }, async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const guild = await openGuild(alice, [bob]);
  const ids = JSON.stringify(Array.from({ length: CHANNELS - 1 }, (_, at) => `${guild.id.replace("g_", "c_")}x${at}`));
  await env.DIRECTORY.batch([
    env.DIRECTORY.prepare(
      `INSERT INTO channels SELECT value, 'guild', value, 'x', '', 'all', 1, 1, ?, 1 FROM json_each(?)`,
    ).bind(alice.id, ids),
    env.DIRECTORY.prepare(`INSERT INTO guild_channels SELECT value, ?, NULL, key, 'text', 0, 0 FROM json_each(?)`).bind(
      guild.id,
      ids,
    ),
  ]);
  const role = await change<{ id: string }>(alice, guild.id, "POST", "roles", { name: "x" });
  const begun = Date.now();
  await change(alice, guild.id, "PATCH", `roles/${role.id}`, { permissions: ["kick"] });
  console.log(`a role change with ${CHANNELS} channels took ${Date.now() - begun} ms`);
  const revisions = await rowsOf(
    "SELECT count(*) AS channels, min(c.confirmed) = max(g.revision) AS current FROM guild_channels c JOIN guilds g ON g.id = c.guild WHERE c.guild = ?",
    guild.id,
  );
  expect(revisions).toEqual([{ channels: CHANNELS, current: 1 }]);
  expect(await rowsOf("SELECT * FROM guild_outbox WHERE guild = ?", guild.id)).toEqual([]);
});
