// The setup of the server, and its restart after a kill.
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makePushKeys } from "../../../scripts/secrets.ts";
import { raised, raisedBudgets } from "../kit/rates.ts";
import { ServerProcess } from "../kit/server-process.ts";
import type { SourceTree } from "../kit/source-tree.ts";
import { settingsIn } from "../kit/worker-bundle.ts";
import type { Interruption } from "./history.ts";

const secret = "a secret of the suite of notifications, long enough for HS256";

/** `pushOrigin`: the only push service that the server may send to. */
export function startNotifyingServer(tree: SourceTree, pushOrigin: string): Promise<ServerProcess> {
  const { state, worker: script, folder } = tree;
  return ServerProcess.start({
    worker: { ...settingsIn(folder), script },
    bindings: bindingsFor(pushOrigin),
    state,
    migrations: path.join(folder, "migrations"),
    output: "tail",
    standbyCache: path.join(folder, "compiled"),
  });
}

/** Kills the server and starts it again after `downMs`. Answers when it was down. */
export async function restart(server: ServerProcess, downMs: number): Promise<Interruption> {
  const from = Date.now();
  await server.kill();
  await sleep(downMs);
  await server.start();
  return { from, to: Date.now() };
}

const bindingsFor = (pushOrigin: string): Record<string, string> => ({
  RATES: JSON.stringify(raised),
  ALLOWED_ORIGINS: "",
  SCRYPT_COST: "4:8:1",
  OPEN_TO: "everyone",
  BUDGETS: raisedBudgets,
  ARCHIVES: "ARCHIVE",
  FORMER_ARCHIVES: "DIRECTORY",
  TOKEN_SECRET: secret,
  OPERATOR_TOKEN: secret,
  ARCHIVE_KEY: secret,
  VAPID_KEYS: makePushKeys(),
  PUSH_HOSTS: pushOrigin,
  PUSH_CONTACT: "",
});
