// Objects that never answer. The work of the cron, and requests that reach many objects, give up on
// them and go on with the others.
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runBackfills } from "../../src/gateway/operations/backfill";
import { PASSWORD } from "../contract/samples";
import { db, rowsOf } from "../directory/support";
import { operator } from "../support/archive";
import { change, openGuild } from "../support/guild";
import { openDirect, openGroup, type Person, register } from "../support/http";
import { hastenTimers } from "../support/timers";
import { silent } from "../support/unreachable";
import { advance } from "./erasure-support";
import { registerShy } from "./requests-support";
import { requestOn } from "./revocation-support";

let alice: Person;
let channel: string;

beforeEach(async () => {
  alice = await register("alice");
  channel = await openGroup(alice, []);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Lets long timers end five times as early while `work` runs. */
async function inNoTime<T>(work: () => Promise<T>): Promise<T> {
  hastenTimers();
  return await work();
}

test("a backfill visits the others, and visits the silent one again", async () => {
  await env.DIRECTORY.prepare("DELETE FROM backfills").run();
  const bindings = silent((name) => name === channel);
  await inNoTime(() => runBackfills(bindings, db, () => Date.now()));
  const names = () => rowsOf("SELECT name FROM backfills WHERE name LIKE 'former-authors%' ORDER BY name");
  expect(await names()).toEqual([{ name: "former-authors" }, { name: `former-authors ${channel}` }]);
  expect(await rowsOf("SELECT after FROM backfills WHERE name = 'stored-previews'")).toEqual([{ after: "~" }]);
  await runBackfills(env, db, () => Date.now());
  expect(await names()).toEqual([{ name: "former-authors" }]);
});

test("the erasure of a deleted group is postponed, so that it comes after those of others", async () => {
  await rowsOf("INSERT INTO erasures (account, channel, after, next_at) VALUES ('', ?, 0, 0)", channel);
  await inNoTime(() => advance(silent((name) => name === channel)));
  expect(await rowsOf("SELECT failures FROM erasures WHERE channel = ?", channel)).toEqual([{ failures: 1 }]);
});

test("a change of a guild is answered, whichever channel or device is silent", async () => {
  const guild = await openGuild(alice, [await register("bob")]);
  const silenced = silent((name) => name === guild.channels[0]?.id || name === alice.id);
  const created = await inNoTime(() =>
    requestOn(silenced, `/v1/guilds/${guild.id}/roles`, { method: "POST", token: alice.token, body: { name: "x" } }),
  );
  expect([created.status, created.headers.get("parley-pending")]).toEqual([200, "1"]);
  expect(await change<{ roles: object[] }>(alice, guild.id, "GET", "")).toMatchObject({ roles: { length: 2 } });
});

test("a list of requests is answered, without the preview of a silent channel", async () => {
  const [shy, stranger] = [await registerShy("shy"), await register("stranger")];
  const asked = await openDirect(stranger, shy);
  const list = { method: "GET", token: shy.token };
  const answer = await inNoTime(() =>
    requestOn(
      silent((name) => name === asked),
      "/v1/requests",
      list,
    ),
  );
  expect(await answer.json()).toMatchObject({ items: [{ channel: asked, preview: null }] });
});

test("an account is erased at once, although a person who knows it has a silent object", async () => {
  const bob = await register("bob");
  await openGroup(alice, [bob]);
  const sent = { method: "DELETE", token: alice.token, body: { password: PASSWORD } };
  expect(
    (
      await inNoTime(() =>
        requestOn(
          silent((name) => name === bob.id),
          "/v1/me",
          sent,
        ),
      )
    ).status,
  ).toBe(204);
});

test("the operator sees what the other channels cost", async () => {
  const list = { method: "GET", token: operator };
  const answer = await inNoTime(() =>
    requestOn(
      silent((name) => name === channel),
      "/v1/operator/channels?limit=100",
      list,
    ),
  );
  expect(answer.status).toBe(200);
  const ids = (await answer.json<{ items: { channel: string }[] }>()).items.map((item) => item.channel);
  expect(ids).not.toContain(channel);
  expect(ids.length).toBeGreaterThan(0);
});
