// Objects of an earlier version: this code opens every earlier schema with its rows.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { migrations as ofChannels } from "../../src/channel/schema";
import { migrate, schemaVersion } from "../../src/runtime/migrate";
import { migrations as ofUsers } from "../../src/user/schema";
import { openDirect, register } from "../support/http";
import { Poller, perform } from "../support/poll";
import { composedAt } from "../support/socket";

/**
 * Writes the rows of the present tables into the tables of `version`, as that version would have.
 */
async function takeBack(stub: DurableObjectStub, steps: readonly string[], version: number): Promise<void> {
  await runInDurableObject(stub, (_, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name <> 'schema_version'",
      )
      .toArray()
      .map(({ name }) => name);
    const kept = tables.map((name) => ({ name, rows: storage.sql.exec(`SELECT * FROM ${name}`).toArray() }));
    for (const name of tables) storage.sql.exec(`DROP TABLE ${name}`);
    storage.sql.exec("DROP TABLE schema_version");
    migrate(storage, steps.slice(0, version));
    for (const { name, rows } of kept) {
      const columns = storage.sql
        .exec<{ name: string }>("SELECT name FROM pragma_table_info(?)", name)
        .toArray()
        .map((column) => column.name);
      for (const row of columns.length > 0 ? rows : []) {
        const values = columns.map((column) => row[column] ?? null);
        storage.sql.exec(`INSERT INTO ${name} (${columns}) VALUES (${columns.map(() => "?")})`, ...values);
      }
    }
    expect(schemaVersion(storage)).toBe(version);
  });
  await evictDurableObject(stub, { webSockets: "close" });
}

const earlier = (steps: readonly string[]) => steps.map((_, at) => at).slice(1);

test.each(earlier(ofChannels))("a channel of schema %i opens with its entries and takes new ones", async (version) => {
  const [alice, bob] = await Promise.all([register("alice"), register("bob")]);
  const channel = await openDirect(alice, bob);
  const poller = new Poller(bob, `/v1/channels/${channel}/events`);
  const ready = (await poller.ask())?.at(-1);
  if (ready?.type !== "ready") throw new Error("not ready");
  const said = { id: "1", type: "message.send", ...composedAt(ready.epoch, 0), text: "yesterday" };
  await perform(alice, channel, [said]);
  await takeBack(env.CHANNELS.getByName(channel), ofChannels, version);
  const today = { id: "2", type: "message.send", ...composedAt(ready.epoch, 1), text: "today" };
  expect(await perform(alice, channel, [said, today])).toMatchObject([{ seq: 1 }, { seq: 2 }]);
  await poller.ask({ epoch: ready.epoch, after: 0 });
  expect(poller.events).toMatchObject([
    { seq: 1, data: { body: { text: "yesterday" } } },
    { seq: 2, data: { body: { text: "today" } } },
  ]);
});

test.each(earlier(ofUsers))("an inbox of schema %i opens, and earlier cursors stay valid", async (version) => {
  const [alice, bob] = await Promise.all([register("alice"), register("bob")]);
  const channel = await openDirect(alice, bob);
  await perform(alice, channel, [{ id: "1", type: "message.send", ...composedAt("none", 0), text: "yesterday" }]);
  const poller = new Poller(bob, "/v1/inbox");
  const versionOf = (frame: unknown) => (frame as { version?: number } | undefined)?.version ?? 0;
  await expect.poll(async () => versionOf((await poller.ask())?.at(-1)), { timeout: 5_000 }).toBeGreaterThan(0);
  const after = versionOf(poller.frames.at(-1));
  await takeBack(env.USERS.getByName(bob.id), ofUsers, version);
  poller.tag = null;
  expect((await poller.ask())?.at(-1)).toMatchObject({ rows: [{ channel, epochNumber: 1, head: 1 }], version: after });
});
