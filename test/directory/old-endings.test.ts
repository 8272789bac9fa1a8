// What an earlier version left in the outbox is converted for a while after an update. Later the
// cron does not read the outbox for it, however much waits there.
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { scheduled } from "../../src/gateway/scheduled";
import { register } from "../support/http";
import { meterDirectory } from "../support/metered-directory";
import { leave, rowsOf } from "./support";

const HOUR = 3_600_000;
const meter = meterDirectory();

/** Runs the cron. Returns whether it looked for what an earlier version left. */
async function looksAt(now: number): Promise<boolean> {
  meter.statements.clear();
  await scheduled(env, now);
  return [...meter.statements.keys()].some((query) => query.includes("substr("));
}

test("the outbox is searched for an hour after the update, and then never again", async () => {
  const now = Date.now();
  const alice = await register("alice");
  await leave(alice.id, now, "", 1);
  expect(await looksAt(now)).toBe(true);
  expect(await rowsOf("SELECT object FROM roster_outbox WHERE object = ?", alice.id)).toEqual([]);
  expect(await looksAt(now + HOUR)).toBe(true);
  for (const later of [HOUR + 60_000, 2 * HOUR, 100 * HOUR]) expect(await looksAt(now + later)).toBe(false);
});
