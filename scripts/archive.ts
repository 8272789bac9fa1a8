// `npm run archive -- compare [--channel c_…]`: holds the archive against the logs, entry by entry, on the instance at PARLEY_URL.
// `npm run archive -- rebuild [--channel c_…]`: empties the archive of a channel and fills it anew. Without a channel: of all of them, one by one.
import { parseArgs } from "node:util";
import { asOperator } from "./operator.ts";

interface Report {
  head: number;
  archived: number;
  same: number;
  different: number;
  foreign: number;
  next: number | null;
}

const PATIENCE_MS = 600_000;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { channel: { type: "string" } } });
const [what] = positionals;
if (what !== "compare" && what !== "rebuild") throw new Error("say compare or rebuild");

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

async function ask(channel: string, command: object): Promise<Report> {
  return await (await asOperator("POST", `/channels/${encodeURIComponent(channel)}/archive`, command)).json();
}

async function compare(channel: string): Promise<Report> {
  const sum: Report = { head: 0, archived: 0, same: 0, different: 0, foreign: 0, next: 0 };
  while (sum.next !== null) {
    const { head, archived, same, different, foreign, next } = await ask(channel, { do: "compare", after: sum.next });
    Object.assign(sum, { head, archived, next });
    sum.same += same;
    sum.different += different;
    sum.foreign += foreign;
  }
  return sum;
}

async function rebuild(channel: string): Promise<void> {
  await ask(channel, { do: "rebuild" });
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const { head, archived } = await ask(channel, { do: "compare", after: Number.MAX_SAFE_INTEGER });
    if (archived >= head) return;
    if (Date.now() > until) throw new Error(`${channel} holds ${archived} of ${head} entries after ten minutes`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

let faulty = 0;
for await (const channel of channels()) {
  if (what === "rebuild") await rebuild(channel);
  const { head, archived, same, different, foreign } = await compare(channel);
  const missing = archived - same - different;
  const isWhole = missing === 0 && different === 0 && foreign === 0;
  if (!isWhole) faulty++;
  const behind = archived < head ? `, ${head - archived} not there yet` : "";
  console.log(`${channel} ${same} the same, ${different} different, ${missing} missing, ${foreign} foreign${behind}`);
}
if (faulty > 0) throw new Error(`${faulty} channels are not in the archive as they are: npm run archive -- rebuild`);
