// The server of the archive suites and the secrets that they know.
import { makePushKeys } from "../../../scripts/secrets.ts";
import { raised, raisedBudgets } from "../kit/rates.ts";
import { ServerProcess } from "../kit/server-process.ts";
import type { Bundle } from "../kit/worker-bundle.ts";

export const ARCHIVE_KEY = "the key of the archive of these tests";
export const OPERATOR_TOKEN = "the-operator-of-these-tests";

const bindings = {
  RATES: JSON.stringify(raised),
  ALLOWED_ORIGINS: "",
  SCRYPT_COST: "4:8:1",
  OPEN_TO: "everyone",
  BUDGETS: raisedBudgets,
  ARCHIVES: "ARCHIVE",
  FORMER_ARCHIVES: "DIRECTORY",
  TOKEN_SECRET: "a secret of these tests, long enough for HS256",
  OPERATOR_TOKEN,
  ARCHIVE_KEY,
  VAPID_KEYS: makePushKeys(),
  PUSH_HOSTS: "",
  PUSH_CONTACT: "",
};

/** Starts a server with a temporary state. The Worker's output is printed where `LOUD` is set. */
export const startArchiveServer = (worker: Bundle): Promise<ServerProcess> =>
  ServerProcess.start({ worker, bindings, output: process.env.LOUD ? "inherit" : "ignore" });
