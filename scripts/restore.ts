// `npm run restore -- --channel c_… --at 2026-11-20T09:00:00Z`: puts a channel back to what it was then, on the instance at PARLEY_URL.
// Without --at it only begins another life of the log, for a channel whose storage was put back by other means.
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { channel: { type: "string" }, at: { type: "string" } } });
const url = process.env.PARLEY_URL ?? "http://localhost:8787";

/** The local instance's own, where the environment names none. */
function operatorToken(): string {
  const local = existsSync(".dev.vars") ? /^OPERATOR_TOKEN=(.+)$/m.exec(readFileSync(".dev.vars", "utf8"))?.[1] : null;
  const token = process.env.OPERATOR_TOKEN ?? local;
  if (!token) throw new Error("set OPERATOR_TOKEN to the deployment's secret of that name");
  return token;
}

if (!values.channel) throw new Error("name a channel: --channel c_…");
const at = values.at === undefined ? null : Date.parse(values.at);
if (Number.isNaN(at)) throw new Error("--at is a time such as 2026-11-20T09:00:00Z");

const response = await fetch(`${url}/v1/operator/channels/${encodeURIComponent(values.channel)}/restore`, {
  method: "POST",
  headers: { authorization: `Bearer ${operatorToken()}`, "content-type": "application/json" },
  body: JSON.stringify({ at }),
});
if (!response.ok) throw new Error(`not restored (repeat it where the answer is temporary): ${await response.text()}`);
console.log(`${values.channel} is back${values.at ? ` to ${values.at}` : ""}, in another life of its log`);
