// The backfill of people who left before the directory recorded it: who is recorded, and of which
// channels nothing may be recorded any more.
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { recordFormerAuthors } from "../../src/directory/deleted-groups";
import { scheduled } from "../../src/gateway/scheduled";
import { db, rowsOf } from "../directory/support";
import { change, openGuild } from "../support/guild";
import { openGroup, type Person, register } from "../support/http";
import { say } from "../support/log";
import { epochOf, join } from "../support/socket";

const recorded = (channel: string) => rowsOf("SELECT user FROM former_memberships WHERE channel = ?", channel);

async function talk(who: Person, channel: string): Promise<void> {
  const device = await join(who, channel);
  await say(device, await epochOf(device), "something");
}

/** Runs the cron as after an update. */
async function backfill(): Promise<void> {
  await rowsOf("DELETE FROM backfills");
  await scheduled(env, Date.now() + 3_600_000);
}

test("a member of a server is no former member of its channels, and one who left is", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const guild = await openGuild(alice, [bob]);
  const channel = guild.channels[0]?.id ?? "";
  for (const person of [alice, bob]) await talk(person, channel);
  await change(alice, guild.id, "DELETE", `members/${bob.id}`);
  await rowsOf("DELETE FROM former_memberships WHERE channel = ?", channel);
  await backfill();
  expect(await recorded(channel)).toEqual([{ user: bob.id }]);
});

test("nothing is recorded of a deleted group or channel whose messages are not erased yet", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const group = await openGroup(alice, [bob]);
  const guild = await openGuild(alice, [bob]);
  const channel = guild.channels[0]?.id ?? "";
  for (const each of [group, channel]) await talk(bob, each);
  // As an interrupted deletion leaves them: the directory is done, and the objects are not.
  await rowsOf("DELETE FROM memberships WHERE channel = ?", group);
  await rowsOf("DELETE FROM guild_channels WHERE channel = ?", channel);
  await recordFormerAuthors(db, group, [alice.id, bob.id]);
  await recordFormerAuthors(db, channel, [alice.id, bob.id]);
  expect([...(await recorded(group)), ...(await recorded(channel))]).toEqual([]);
});
