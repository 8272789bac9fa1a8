// `npm run restore -- --channel c_… --at 2026-11-20T09:00:00Z` restores a channel to its state at
// that time, on the instance at PARLEY_URL. Without `--at` it only begins a new epoch of the log,
// for a channel whose storage was restored by other means.
import { parseArgs } from "node:util";
import { asOperator } from "./operator.ts";

const { values } = parseArgs({ options: { channel: { type: "string" }, at: { type: "string" } } });
if (!values.channel) throw new Error("usage: npm run restore -- --channel c_… [--at 2026-11-20T09:00:00Z]");
const at = values.at === undefined ? null : Date.parse(values.at);
if (Number.isNaN(at)) throw new Error("--at must be a time such as 2026-11-20T09:00:00Z");

// If this throws, the channel was not restored. If the error is temporary, run the script again.
await asOperator("POST", `/channels/${encodeURIComponent(values.channel)}/restore`, { at });
if (values.at) console.log(`Restored ${values.channel} to its state at ${values.at}.`);
console.log(`The log of ${values.channel} has begun a new epoch.`);
