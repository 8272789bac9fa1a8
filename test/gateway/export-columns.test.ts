// Every column of every table is in the export, or here is the reason why not. A new column without
// a row fails.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { photo, sayParts } from "../support/attachments";
import { change, giveNewRole, openGuild } from "../support/guild";
import { call, openGroup, type Person, putMember, register, removeMember, request } from "../support/http";
import { perform, say } from "../support/log";
import { attach, epochOf, join } from "../support/socket";
import { channelObject, directory, type Place, userObject } from "./export-places";
import { groupInvite, personInvite } from "./invites-support";
import { decline, registerShy, setOpenTo } from "./requests-support";

vi.setConfig({ testTimeout: 60_000 });

const isOwn = (name: string): boolean => !/^(_cf_|sqlite_|archive_|d1_migrations|schema_version)/.test(name);
const tablesQuery = "SELECT name FROM sqlite_master WHERE type = 'table'";
const columnsQuery = (table: string): string => `SELECT name FROM pragma_table_info('${table}')`;

type Columns = Record<string, string[]>;
const sorted = (tables: Columns): Columns =>
  Object.fromEntries(
    Object.entries(tables)
      .sort()
      .map(([name, columns]) => [name, [...columns].sort()]),
  );
const listed = (tables: Record<string, Record<string, Place>>): Columns =>
  sorted(Object.fromEntries(Object.entries(tables).map(([name, columns]) => [name, Object.keys(columns)])));

const columnsOf = (stub: DurableObjectStub): Promise<Columns> =>
  runInDurableObject(stub, (_, { storage }) => {
    const names = (sql: string) => [...storage.sql.exec<{ name: string }>(sql)].map(({ name }) => name);
    const tables = names(tablesQuery).filter(isOwn);
    return sorted(Object.fromEntries(tables.map((table) => [table, names(columnsQuery(table))])));
  });

async function directoryColumns(): Promise<Columns> {
  const names = async (sql: string) =>
    (await env.DIRECTORY.prepare(sql).all<{ name: string }>()).results.map(({ name }) => name);
  const tables = (await names(tablesQuery)).filter(isOwn);
  const columns = await Promise.all(tables.map(async (table) => [table, await names(columnsQuery(table))] as const));
  return sorted(Object.fromEntries(columns));
}

/** Whether a path leads to a field. An array has the fields of any of its items. */
function has(value: unknown, [name, ...rest]: string[]): boolean {
  if (name === undefined) return true;
  if (Array.isArray(value)) return value.some((item) => has(item, [name, ...rest]));
  return typeof value === "object" && value !== null && name in value && has(Reflect.get(value, name), rest);
}

/** Makes a request that waits, one that was declined, and one to somebody else. */
async function openRequests(person: Person): Promise<void> {
  await setOpenTo(person, "shared");
  await openGroup(await register("waiting"), [person]);
  const declined = await openGroup(await register("declined"), [person]);
  expect((await decline(person, declined)).status).toBe(204);
  await openGroup(person, [await registerShy("asked")]);
}

async function openFullAccount(): Promise<{ person: Person; channel: string }> {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openGroup(alice, [bob]);
  const left = await openGroup(alice, [bob]);
  await removeMember(bob, left, bob);
  const b = await join(bob, channel);
  const epoch = await epochOf(b);
  const a = await join(alice, channel);
  const read = await say(a, epoch, "read by bob");
  await b.answer(b.send({ type: "read.mark", seq: read }), "ack");
  await perform(a, epoch, { type: "message.edit", seq: read, text: `@${bob.handle}` });
  await attach(bob);
  const { seq } = await sayParts(b, epoch, { text: "first", attachments: [photo()] });
  await perform(b, epoch, { type: "message.edit", seq, text: "second" });
  await perform(b, epoch, { type: "reaction.add", seq, emoji: "👍" });
  await putMember(alice, channel, bob, "admin");
  const put = { method: "PUT", token: bob.token };
  await request(`/v1/channels/${channel}/draft`, { ...put, body: { text: "unsaid" } });
  const keys = { p256dh: `B${"A".repeat(86)}`, auth: "A".repeat(22) };
  const device = { kind: "web", endpoint: "http://127.0.0.1:9/push/of-bob", keys };
  const sent = { method: "POST", token: bob.token, body: device };
  expect((await request("/v1/push/subscriptions", sent)).status).toBeLessThan(300);
  await openRequests(bob);
  await groupInvite(bob, channel);
  await personInvite(bob, { maxUses: 3 });
  await change(alice, (await openGuild(alice)).id, "PUT", `bans/${bob.id}`, {});
  const guild = await openGuild(alice, [bob]);
  await giveNewRole(alice, guild.id, ["kick"], bob);
  const former = await openGuild(alice, [bob]);
  await change(alice, former.id, "DELETE", `members/${bob.id}`);
  const override = { allow: [], deny: ["pin"] };
  await change(alice, guild.id, "PUT", `channels/${guild.channels[0]?.id}/overrides/${bob.id}`, override);
  const { id: own } = await openGuild(bob);
  await change(bob, own, "PATCH", "", { name: "Renamed" });
  await change(alice, guild.id, "PUT", `members/${bob.id}/time-out`, { forMs: 600_000 });
  const reported = await register("reported");
  await call(`/v1/me/blocks/${reported.id}`, { method: "PUT", token: bob.token });
  const target = { kind: "message", channel, seq: read };
  await call("/v1/reports", { method: "POST", token: bob.token, body: { target, category: "spam", text: "Spam" } });
  return { person: bob, channel };
}

test("[S100] every column is exported, or has a reason why not", async () => {
  const { person, channel } = await openFullAccount();
  expect(await directoryColumns()).toEqual(listed(directory));
  expect(await columnsOf(env.CHANNELS.getByName(channel))).toEqual(listed(channelObject));
  expect(await columnsOf(env.USERS.getByName(person.id))).toEqual(listed(userObject));
  const taken = await (await request("/v1/me/export", { token: person.token })).json();
  const columns = [directory, channelObject, userObject].flatMap((tables) =>
    Object.entries(tables).flatMap(([table, places]) =>
      Object.entries(places).map((entry) => [table, ...entry] as const),
    ),
  );
  const missing = columns.flatMap(([table, column, place]) =>
    "at" in place && !has(taken, place.at.split(".")) ? [`${table}.${column}: ${place.at}`] : [],
  );
  expect(missing).toEqual([]);
});
