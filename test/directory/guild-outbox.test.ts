// A change of a guild that a channel has not confirmed stays in the outbox, and the cron delivers
// it. What was delivered is not delivered again.
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { loadGuildRosters } from "../../src/directory/guild-roster";
import { loadDelivery } from "../../src/directory/roster-outbox";
import { app } from "../../src/gateway/app";
import { ERASED_TOGETHER } from "../../src/gateway/operations/guild-delivery";
import { scheduled } from "../../src/gateway/scheduled";
import { type GuildView, PENDING_HEADER } from "../../src/protocol";
import { failingBatches } from "../support/failing-directory";
import { change, openGuild, openGuildChannel, viewGuild } from "../support/guild";
import { type Person, register, request } from "../support/http";
import { unreachable } from "../support/unreachable";
import { db, rowsOf } from "./support";

let alice: Person;
let bob: Person;
let guild: GuildView;
let first: string;
let second: string;

beforeEach(async () => {
  [alice, bob] = [await register("alice"), await register("bob")];
  guild = await openGuild(alice, [bob]);
  first = guild.channels[0]?.id ?? "";
  second = await openGuildChannel(alice, guild.id);
});

const outbox = () => rowsOf("SELECT revision FROM guild_outbox WHERE guild = ?", guild.id);
const confirmed = () => rowsOf("SELECT min(confirmed) AS lowest FROM guild_channels WHERE guild = ?", guild.id);
const reads = async (who: Person, channel: string) =>
  (await request(`/v1/channels/${channel}/messages`, { token: who.token })).status;
/** Removes bob while the objects that `isBroken` takes cannot be reached. */
const removeBob = (isBroken: (name: string) => boolean) =>
  app.request(
    `/v1/guilds/${guild.id}/members/${bob.id}`,
    { method: "DELETE", headers: { authorization: `Bearer ${alice.token}` } },
    unreachable(isBroken),
  );

test("a change that every channel confirmed leaves no row", async () => {
  expect(await outbox()).toEqual([]);
  // The join of bob was the second revision of the guild, and the last that every channel mirrors.
  expect(await confirmed()).toEqual([{ lowest: 2 }]);
});

test("a channel that cannot be reached holds up no other, and the answer says so", async () => {
  const response = await removeBob((name) => name === second);
  expect([response.status, response.headers.get(PENDING_HEADER)]).toEqual([204, "1"]);
  expect(await outbox()).toHaveLength(1);
  expect([await reads(bob, first), await reads(bob, second)]).toEqual([404, 200]);
  await scheduled(env, Date.now() + 60_000);
  expect(await outbox()).toEqual([]);
  expect(await reads(bob, second)).toBe(404);
});

test("a repeat of the request delivers what the first one could not", async () => {
  await change(alice, guild.id, "PUT", `members/${bob.id}`);
  expect((await removeBob(() => true)).headers.get(PENDING_HEADER)).toBe("2");
  expect((await removeBob(() => false)).headers.get(PENDING_HEADER)).toBeNull();
  expect([await reads(bob, first), await reads(bob, second)]).toEqual([404, 404]);
  expect(await outbox()).toEqual([]);
});

test("a role is created once, although a channel cannot be reached", async () => {
  const headers = { authorization: `Bearer ${alice.token}`, "content-type": "application/json" };
  const sent = { method: "POST", headers, body: JSON.stringify({ name: "The role" }) };
  const bindings = unreachable((name) => name === second);
  const made = await app.request(`/v1/guilds/${guild.id}/roles`, sent, bindings);
  expect([made.status, made.headers.get(PENDING_HEADER)]).toEqual([200, "1"]);
  // A channel that the change itself names is delivered in the same way.
  const path = `/v1/guilds/${guild.id}/channels/${second}`;
  const renamed = await app.request(path, { ...sent, method: "PATCH" }, bindings);
  expect([renamed.status, renamed.headers.get(PENDING_HEADER)]).toEqual([200, "1"]);
  // The alarm of the user object delivers what is left of the guild, and the cron the rest.
  await expect.poll(outbox, { timeout: 20_000 }).toEqual([]);
  await scheduled(env, Date.now() + 60_000);
  expect(await rowsOf("SELECT object FROM roster_outbox WHERE object = ?", second)).toEqual([]);
  expect((await viewGuild(alice, guild.id)).roles.filter(({ name }) => name === "The role")).toHaveLength(1);
});

test("guilds whose erasure fails hold up no other, and are erased by the next run", async () => {
  const poisoned = new Set([guild.id]);
  while (poisoned.size < ERASED_TOGETHER) poisoned.add((await openGuild(alice)).id);
  const healthy = (await openGuild(alice)).id;
  const ids = JSON.stringify([...poisoned, healthy]);
  await rowsOf("UPDATE guilds SET delete_at = 1 WHERE id IN (SELECT value FROM json_each(?))", ids);
  const fails = ({ query, values }: { query: string; values: readonly unknown[] }) =>
    query.startsWith('delete from "guild_roles"') && values.some((value) => poisoned.has(String(value)));
  const left = async () => (await rowsOf("SELECT id FROM guilds WHERE delete_at = 1 ORDER BY id")).map(({ id }) => id);
  await scheduled(
    failingBatches((batch) => (batch.some(fails) ? "before" : null)),
    Date.now(),
  );
  expect(await left()).toEqual([...poisoned].sort());
  await scheduled(env, Date.now());
  expect(await left()).toEqual([]);
});

test("a roster that arrives late changes nothing", async () => {
  const [late] = (await loadGuildRosters(db, guild.id, undefined)).filter(({ channel }) => channel === first);
  await change(alice, guild.id, "DELETE", `members/${bob.id}`);
  if (!late) throw new Error("no roster");
  expect(await env.CHANNELS.getByName(first).applyRoster(late.roster)).toMatchObject({ ok: true });
  expect(await reads(bob, first)).toBe(404);
});

test("the revision of a channel rises with the guild and with the channel, and after its deletion", async () => {
  const revisions: number[] = [];
  const note = async () => revisions.push((await loadDelivery(db, second))?.roster.revision ?? -1);
  await note();
  await change(alice, guild.id, "PUT", `channels/${second}/overrides/${bob.id}`, { allow: [], deny: ["send"] });
  await note();
  await change(alice, guild.id, "POST", "roles", { name: "x" });
  await note();
  await change(alice, guild.id, "DELETE", `channels/${second}`);
  await note();
  expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other));
});
