// `npm run dev` runs everything that a chat in the browser needs, from a clean clone.
// It takes `--port`, `--persist-to` and `--var NAME:value`.
import { parseArgs } from "node:util";
import { budgets, rates } from "../src/protocol/rates.ts";
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
// On a local machine seeds and tests act as many people at one address, so all rates are raised.
// A deployment keeps the rates of `src/protocol/rates.ts`.
const raised = { burst: 100_000, everyMs: 1 };
const raisedRates = `RATES:${JSON.stringify(Object.fromEntries(Object.keys(rates).map((name) => [name, raised])))}`;
// Seeds write as many people's texts by one account.
const raisedBudgets = `BUDGETS:${JSON.stringify(Object.fromEntries(Object.keys(budgets).map((name) => [name, 9e9])))}`;
const isGiven = (name: string): boolean => values.var.some((variable) => variable.startsWith(`${name}:`));
const variables = [
  // Seeds make groups of people who do not know each other.
  ...(isGiven("OPEN_TO") ? [] : ["OPEN_TO:everyone"]),
  ...(isGiven("RATES") ? [] : [raisedRates]),
  ...(isGiven("BUDGETS") ? [] : [raisedBudgets]),
  ...values.var,
].flatMap((variable) => ["--var", variable]);

ensureDevelopmentSecrets();
for (const binding of ["DIRECTORY", "ARCHIVE"])
  wrangler(["d1", "migrations", "apply", binding, "--local", "--persist-to", state]);
console.log(`\nParley will be at http://localhost:${port}\n`);
stayInWrangler(["dev", "--port", port, "--persist-to", state, ...variables], {
  // Wrangler records every event by default, which halves the throughput.
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
});
