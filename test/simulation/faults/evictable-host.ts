// A program that runs `wrangler dev` as a library on a state that survives restarts. Unlike the
// command, it can evict an object when its parent asks for it. (Wrangler's test harness evicts too,
// but it keeps its state in memory and chooses its own port.)
import { unstable_startWorker } from "wrangler";
import { rates } from "../../../src/protocol/rates.ts";
import { raisedBudgets } from "../kit/rates.ts";
import { type Eviction, type HostReply, type HostSettings, READY } from "./host-messages.ts";

// Ends the process group when the parent is gone.
process.on("disconnect", () => process.kill(0, "SIGKILL"));

const settings = await new Promise<HostSettings>((resolve) => process.once("message", resolve));
const secret = "a secret of the faults suite, long enough for HS256";
const raised = { burst: 100_000, everyMs: 1 };
const raisedRates = Object.fromEntries(Object.keys(rates).map((name) => [name, raised]));

const worker = await unstable_startWorker({
  config: `${settings.folder}/wrangler.toml`,
  entrypoint: settings.worker,
  bindings: {
    TOKEN_SECRET: { type: "secret_text", value: secret },
    OPERATOR_TOKEN: { type: "secret_text", value: secret },
    ARCHIVE_KEY: { type: "secret_text", value: secret },
    BUDGETS: { type: "plain_text", value: raisedBudgets },
    RATES: { type: "plain_text", value: JSON.stringify(raisedRates) },
    SCRYPT_COST: { type: "plain_text", value: "4:8:1" },
    OPEN_TO: { type: "plain_text", value: "everyone" },
  },
  build: { bundle: false, additionalModules: [], findAdditionalModules: false },
  dev: {
    persist: settings.state,
    server: { hostname: "127.0.0.1", port: settings.port },
    watch: false,
    inspector: false,
    logLevel: "error",
  },
});
await worker.ready;

const send = (reply: HostReply) => process.send?.(reply);

process.on("message", async ({ id, className, name, webSockets }: Eviction) => {
  try {
    const runtime = worker.raw.runtimes[0]?.mf;
    if (!runtime) throw new Error("the runtime has not started");
    await runtime.unsafeEvictDurableObject("parley", className, { name, webSockets });
    send({ id, error: null });
  } catch (error) {
    send({ id, error: String(error) });
  }
});
send({ id: READY, error: null });
