// `npm run archive -- compare [--channel c_…]` compares the archive with the logs, entry by entry,
// on the instance at PARLEY_URL. `npm run archive -- rebuild [--channel c_…]` empties the archive
// of a channel, fills it again, and compares. Without `--channel` they take all channels, one after
// the other.
import { parseArgs } from "node:util";
import type { ArchiveReport } from "../src/protocol";
import { asOperator } from "./operator.ts";

/** How long a rebuild of one channel may take. */
const REBUILD_TIMEOUT_MINUTES = 10;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { channel: { type: "string" } } });
const [action] = positionals;
if (action !== "compare" && action !== "rebuild")
  throw new Error("usage: npm run archive -- compare|rebuild [--channel c_…]");

async function* channels(): AsyncGenerator<string> {
  if (values.channel !== undefined) return yield values.channel;
  let cursor = "";
  for (;;) {
    const page = await asOperator("GET", `/channels?limit=100${cursor && `&cursor=${cursor}`}`);
    const { items, next }: { items: { channel: string }[]; next: string | null } = await page.json();
    for (const { channel } of items) yield channel;
    if (next === null) return;
    cursor = next;
  }
}

async function requestReport(channel: string, command: object): Promise<ArchiveReport> {
  return await (await asOperator("POST", `/channels/${encodeURIComponent(channel)}/archive`, command)).json();
}

async function compare(channel: string): Promise<ArchiveReport> {
  const total: ArchiveReport = { head: 0, archived: 0, same: 0, different: 0, foreign: 0, next: 0 };
  while (total.next !== null) {
    const page = await requestReport(channel, { do: "compare", after: total.next });
    Object.assign(total, { head: page.head, archived: page.archived, next: page.next });
    total.same += page.same;
    total.different += page.different;
    total.foreign += page.foreign;
  }
  return total;
}

async function rebuild(channel: string): Promise<void> {
  await requestReport(channel, { do: "rebuild" });
  const deadline = Date.now() + REBUILD_TIMEOUT_MINUTES * 60_000;
  for (;;) {
    const { head, archived } = await requestReport(channel, { do: "compare", after: Number.MAX_SAFE_INTEGER });
    if (archived >= head) return;
    if (Date.now() > deadline) {
      const progress = `${archived} of ${head} entries after ${REBUILD_TIMEOUT_MINUTES} minutes`;
      throw new Error(`the archive of ${channel} is not complete: it holds ${progress}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

let incorrect = 0;
for await (const channel of channels()) {
  if (action === "rebuild") await rebuild(channel);
  const { head, archived, same, different, foreign } = await compare(channel);
  const missing = archived - same - different;
  const isCorrect = missing === 0 && different === 0 && foreign === 0;
  if (!isCorrect) incorrect++;
  const behind = archived < head ? `, ${head - archived} not archived yet` : "";
  console.log(`${channel}: ${same} same, ${different} different, ${missing} missing, ${foreign} foreign${behind}`);
}
if (incorrect > 0) {
  throw new Error(`the archive of ${incorrect} channels differs from their logs: run npm run archive -- rebuild`);
}
