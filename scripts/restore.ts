// `npm run restore -- --channel c_… --at 2026-11-20T09:00:00Z`: puts a channel back to what it was then, on the instance at PARLEY_URL.
// Without --at it only begins another life of the log, for a channel whose storage was put back by other means.
import { parseArgs } from "node:util";
import { asOperator } from "./operator.ts";

const { values } = parseArgs({ options: { channel: { type: "string" }, at: { type: "string" } } });
if (!values.channel) throw new Error("name a channel: --channel c_…");
const at = values.at === undefined ? null : Date.parse(values.at);
if (Number.isNaN(at)) throw new Error("--at is a time such as 2026-11-20T09:00:00Z");

// Not restored where it throws: repeat it where the answer is temporary.
await asOperator("POST", `/channels/${encodeURIComponent(values.channel)}/restore`, { at });
console.log(`${values.channel} is back${values.at ? ` to ${values.at}` : ""}, in another life of its log`);
