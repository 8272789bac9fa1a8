// The server that writes and opens the stored fixture. Its secrets are made up and fixed, because
// the stored digests, tokens and sealed entries can be read with these secrets only.
import { raised, raisedBudgets } from "../kit/rates.ts";
import { ServerProcess } from "../kit/server-process.ts";
import type { Bundle } from "../kit/worker-bundle.ts";

export const OPERATOR_TOKEN = "the-operator-of-the-stored-fixture";
/** Nothing listens there, so no notification leaves the machine. */
export const PUSH_HOST = "http://127.0.0.1:9";

const bindings = {
  RATES: JSON.stringify(raised),
  BUDGETS: raisedBudgets,
  SCRYPT_COST: "4:8:1",
  OPEN_TO: "shared",
  TOKEN_SECRET: "a secret of the stored fixture, long enough for HS256",
  OPERATOR_TOKEN,
  ARCHIVE_KEY: "the key of the archive of the stored fixture",
  VAPID_KEYS:
    "BHBRit8ZMszl7CFOuGuzafBHGE_EGoZ5VGOZYyepx2g9qctmzpzqxnkhFwzNYVmetSso8vlDwULA6dr0DLHVgBY.lT8ddbFIbr2t1lyt6ucScbvrZ-6GXflMRVuTpkHvYLI",
  PUSH_HOSTS: PUSH_HOST,
};

/** Starts a server on a folder of stored files. `migrations` is null where the tables exist. */
export const startOn = (worker: Bundle, state: string, migrations?: null): Promise<ServerProcess> =>
  ServerProcess.start({
    worker,
    bindings: { ...worker.vars, ...bindings },
    state,
    output: "tail",
    ...(migrations === null && { migrations }),
  });
