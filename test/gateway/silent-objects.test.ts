// Objects that never answer. The work of the cron, and requests that reach many objects, give up on
// them and go on with the others.
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runBackfills } from "../../src/gateway/operations/backfill";
import { db, rowsOf } from "../directory/support";
import { change, openGuild } from "../support/guild";
import { openGroup, type Person, register } from "../support/http";
import { silent } from "../support/unreachable";
import { advance } from "./erasure-support";
import { requestOn } from "./revocation-support";

let alice: Person;
let channel: string;

beforeEach(async () => {
  alice = await register("alice");
  channel = await openGroup(alice, []);
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets the time of every timer pass until the work has ended. */
async function inNoTime<T>(work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let isOver = false;
  const result = work().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await vi.advanceTimersByTimeAsync(60_000);
    await scheduler.wait(1);
  }
  return await result;
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
