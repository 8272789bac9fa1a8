// `npm run test:guards -- [--from N] [--to N]`: removes every guard of the server in turn. The
// authorisation matrix must notice most of them. Those that another test proves are removed in a
// run of that test, which must fail.
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { provenElsewhere } from "./proven-elsewhere.ts";
import { findGuards } from "./sources.ts";

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "0" },
    to: { type: "string" },
    /** `matrix` or `others`: only that half. */
    only: { type: "string" },
  },
});

function vitest(env: Record<string, string>, output: "inherit" | "ignore"): Promise<number> {
  const args = ["vitest", "run", "--config", "test/guards/vitest.config.ts"];
  const child = spawn("npx", args, { stdio: output, env: { ...process.env, ...env } });
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

let failed = 0;
if (values.only !== "others") failed += await vitest({ FROM: values.from, TO: values.to ?? "" }, "inherit");
if (values.only !== "matrix") {
  const { guards } = findGuards();
  const proven = guards.flatMap((guard) => {
    const test = provenElsewhere(guard);
    return test === null ? [] : [{ guard, test }];
  });
  for (const test of new Set(proven.map((one) => one.test)))
    if ((await vitest({ PROOF: test }, "ignore")) !== 0) throw new Error(`${test} fails with all guards`);
  let killed = 0;
  for (const { guard, test } of proven) {
    if ((await vitest({ PROOF: test, GUARD: guard.id }, "ignore")) !== 0) killed++;
    else console.log(`SURVIVES ${test}: ${guard.id} (line ${guard.line}): ${guard.text}`);
  }
  console.log(`guards that other tests prove: ${proven.length}, killed: ${killed}`);
  failed += proven.length - killed;
}
process.exit(failed === 0 ? 0 : 1);
