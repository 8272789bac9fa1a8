// Messages of a single long word each. What the server keeps of them must be bounded in bytes.
import { setTimeout as delay } from "node:timers/promises";
import { mapConcurrently } from "../simulation/kit/concurrency.ts";
import { memoryOf } from "../simulation/kit/process-usage.ts";
import { RegisteredUser } from "../simulation/kit/registered-user.ts";
import { percentile, rounded } from "../simulation/kit/statistics.ts";
import { type Attack, send } from "./attack.ts";

const LETTERS = 100_000;
/** The growth of the process while everything is archived and searched. */
const GROWTH_MB = 150;
/** The last messages are archived within a minute. */
const ARCHIVED_MS = 60_000;
const QUICK_ARCHIVED_MS = 8_000;

export const longWords: Attack = async (server, { quick }) => {
  const messages = quick ? 60 : 500;
  const archivedMs = quick ? QUICK_ARCHIVED_MS : ARCHIVED_MS;
  await server.start("raised");
  const { port } = server;
  const writer = await RegisteredUser.register(port, "writer");
  const channel = await writer.direct(writer);
  // Warms up: code and caches of ordinary messages are no growth.
  for (let at = 0; at < 20; at++) await say(port, writer, channel, `warm up ${at}`);
  await delay(archivedMs / 2);
  const before = memoryOf(server.workerds).nowMb;
  const times: number[] = [];
  const words = Array.from({ length: messages }, (_, at) => at);
  const statuses = await mapConcurrently(words, 4, async (at) => {
    const answer = await say(port, writer, channel, wordOf(at));
    times.push(answer.ms);
    return answer.status;
  });
  await delay(archivedMs);
  const searches = await mapConcurrently(words.slice(0, 20), 2, (at) =>
    send(port, { method: "POST", path: "/v1/search", token: writer.session, body: JSON.stringify({ q: wordOf(at) }) }),
  );
  const grownMb = memoryOf(server.workerds).nowMb - before;
  return {
    setting: { messages, letters: LETTERS },
    bars: {
      grownMb: { value: rounded(grownMb), atMost: GROWTH_MB },
      serverErrors: {
        value: [...statuses, ...searches.map(({ status }) => status)].filter((status) => status >= 500).length,
        atMost: 0,
      },
    },
    seen: { accepted: statuses.filter((status) => status < 300).length, sendP99Ms: rounded(percentile(times, 0.99)) },
  };
};

/** Another word of letters for each number. */
function wordOf(at: number): string {
  const start = at
    .toString(26)
    .padStart(4, "0")
    .replace(/\d/g, (digit) => "qrstuvwxyz"[Number(digit)] ?? "q");
  return start.repeat(Math.ceil(LETTERS / start.length)).slice(0, LETTERS);
}

const say = (port: number, { session }: RegisteredUser, channel: string, text: string) =>
  send(port, {
    method: "POST",
    path: `/v1/channels/${channel}/messages`,
    token: session,
    body: JSON.stringify({ text }),
    headers: { "idempotency-key": text.slice(0, 200) },
  });
