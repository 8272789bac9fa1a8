// Lists of the largest kind: 50 pinned messages of 100,000 characters, and a message that was
// edited many times. Every answer is bounded in bytes and in time.
import { setTimeout } from "node:timers/promises";
import * as z from "zod";
import { mapConcurrently } from "../simulation/kit/concurrency.ts";
import { memoryOf } from "../simulation/kit/process-usage.ts";
import { RegisteredUser } from "../simulation/kit/registered-user.ts";
import { rounded } from "../simulation/kit/statistics.ts";
import { type Attack, type HttpAnswer, send } from "./attack.ts";

const LETTERS = 100_000;
const PINS = 50;
const REQUESTS = 20;
/** A page holds 256 KiB of text, and the message that passes this bound; the rest are fields. */
const BYTES_MAX = 256 * 1024 + LETTERS + 64 * 1024;
const refusal = z.object({ retryAfterMs: z.number() });
const SLOWEST_MS = 5_000;
const GROWTH_MB = 200;

export const longLists: Attack = async (server, { quick }) => {
  const edits = quick ? 60 : 600;
  await server.start("raised");
  const writer = await RegisteredUser.register(server.port, "writer");
  const channel = await writer.direct(writer);
  const ask = (method: string, path: string, body?: object, key?: string): Promise<HttpAnswer> =>
    send(server.port, {
      method,
      path: `/v1/channels/${channel}${path}`,
      token: writer.session,
      ...(body && { body: JSON.stringify(body) }),
      ...(key !== undefined && { headers: { "idempotency-key": key } }),
    });
  const seqs: number[] = [];
  for (let at = 0; at < PINS; at++) {
    const { text } = await ask("POST", "/messages", { text: `${at} `.padEnd(LETTERS, "pin ") }, `pin ${at}`);
    seqs.push(JSON.parse(text).seq);
  }
  for (const seq of seqs) await ask("PUT", `/messages/${seq}/pin`, {});
  const [edited] = seqs;
  const refused = new Map<number, number>();
  for (let at = 0; at < edits; at++) {
    const { status } = await ask(
      "PATCH",
      `/messages/${edited}`,
      { text: `${at} `.padEnd(LETTERS, "edit ") },
      `edit ${at}`,
    );
    if (status >= 300) refused.set(status, (refused.get(status) ?? 0) + 1);
  }
  await server.start("wire");
  const before = memoryOf(server.workerds).nowMb;
  const paths = [`/pins`, `/messages/${edited}/versions`, "/messages?limit=100"];
  const statuses: Record<string, Record<number, number>> = {};
  const bars: Awaited<ReturnType<Attack>>["bars"] = {};
  for (const path of paths) {
    // The bytes of the list before are charged to the same bucket.
    const first = await askWhenPermitted(() => ask("GET", path));
    const others = await mapConcurrently(Array.from({ length: REQUESTS - 1 }), 4, () => ask("GET", path));
    const answers = [first, ...others];
    const name = path.split("/").at(-1)?.split("?")[0] ?? path;
    statuses[name] = {};
    for (const { status } of answers) statuses[name][status] = (statuses[name][status] ?? 0) + 1;
    const served = answers.filter(({ status }) => status === 200);
    bars[`${name}ServerErrors`] = { value: answers.filter(({ status }) => status >= 500).length, atMost: 0 };
    bars[`${name}Answers`] = { value: served.length, atLeast: 1 };
    bars[`${name}Bytes`] = { value: Math.max(0, ...answers.map(({ text }) => text.length)), atMost: BYTES_MAX };
    bars[`${name}SlowestMs`] = { value: rounded(Math.max(...answers.map(({ ms }) => ms))), atMost: SLOWEST_MS };
  }
  bars.grownMb = { value: rounded(memoryOf(server.workerds).nowMb - before), atMost: GROWTH_MB };
  return {
    setting: { pins: PINS, edits, letters: LETTERS },
    bars,
    seen: { statuses, refusedEdits: Object.fromEntries(refused) },
  };
};

/** Asks again after a refusal for the rate, once it has passed. */
async function askWhenPermitted(ask: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  const answer = await ask();
  if (answer.status !== 429) return answer;
  const { retryAfterMs } = refusal.parse(JSON.parse(answer.text));
  await setTimeout(retryAfterMs);
  return await ask();
}
