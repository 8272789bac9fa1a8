// `npm run dev`: everything a chat in the browser needs, from a clean clone. Takes `--port`, `--persist-to` and `--var NAME:value`.
import { parseArgs } from "node:util";
import { rates } from "../src/protocol/limits.ts";
import { ensureDevelopmentSecrets } from "./secrets.ts";
import { stayInWrangler, wrangler } from "./wrangler.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8787" },
    "persist-to": { type: "string", default: ".wrangler/state" },
    var: { type: "string", multiple: true, default: [] },
  },
});
const { port, "persist-to": state } = values;
// Nobody waits for a bucket on their own machine: seeds and tests are many people at one address. A deployment keeps the wire's rates.
const raised = { burst: 100_000, everyMs: 1 };
const raisedRates = `RATES:${JSON.stringify(Object.fromEntries(Object.keys(rates).map((name) => [name, raised])))}`;
const isRated = values.var.some((variable) => variable.startsWith("RATES:"));
const variables = (isRated ? values.var : [raisedRates, ...values.var]).flatMap((variable) => ["--var", variable]);

ensureDevelopmentSecrets();
wrangler(["d1", "migrations", "apply", "DIRECTORY", "--local", "--persist-to", state]);
console.log(`\nParley will be at http://localhost:${port}\n`);
stayInWrangler(["dev", "--port", port, "--persist-to", state, ...variables], {
  // Wrangler's own recording of every event halves the throughput.
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
});
