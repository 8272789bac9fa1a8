// A server on Miniflare in a process group of its own. It is killed as a power cut would, and
// started again on its stored state.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makePushKeys } from "../../../scripts/secrets.ts";
import { freePort } from "./free-port.ts";
import { type HostSettings, killGroup, spawnHost, startHosting } from "./host-process.ts";
import { workerdsOf } from "./process-usage.ts";
import { raisedBudgets } from "./rates.ts";
import type { Bundle } from "./worker-bundle.ts";

const ownMigrations = path.join(import.meta.dirname, "../../../migrations");
const OUTPUT_KEPT = 20_000;

export interface ServerSetup {
  worker: Bundle;
  /** Variables and secrets. */
  bindings: Record<string, string>;
  /** By default a free one. */
  port?: number;
  /**
   * The folder of everything stored. By default a temporary one, which is removed with the server.
   */
  state?: string;
  /** The folder of D1's migrations; by default this project's. Null where the tables exist. */
  migrations?: string | null;
  /** Gets everything that the server prints. Needs the output `tail`. */
  onOutput?: (text: string) => void;
  /** As in `hostSettings`. */
  isDirect?: boolean;
  /** `tail` keeps the last output for error messages, and prints all of it where `LOUD` is set. */
  output: "inherit" | "ignore" | "tail";
  /**
   * A folder for compiled code. With it, the process of the next start is spawned in advance:
   * loading the runtime takes longer than starting the server.
   */
  standbyCache?: string;
}

export class ServerProcess {
  readonly #settings: HostSettings;
  readonly #setup: ServerSetup;
  readonly #onExit = (): void => {
    void this.#killAll();
    this.#removeState();
  };
  #child: ChildProcess | null = null;
  #standby: ChildProcess | null = null;
  #output = "";

  private constructor(settings: HostSettings, setup: ServerSetup) {
    this.#settings = settings;
    this.#setup = setup;
    // A run may end in the middle; a process group of its own would outlive it.
    process.once("exit", this.#onExit);
  }

  /** Starts a server on a free port; resolves when it answers. */
  static async start(setup: ServerSetup): Promise<ServerProcess> {
    const { worker, bindings, migrations = ownMigrations, isDirect = false } = setup;
    const state = setup.state ?? mkdtempSync(path.join(tmpdir(), "parley-state-"));
    const port = setup.port ?? (await freePort());
    const server = new ServerProcess({ ...worker, state, port, migrations, bindings, isDirect }, setup);
    await server.start();
    server.#settings.migrations = null;
    return server;
  }

  get port(): number {
    return this.#settings.port;
  }

  get state(): string {
    return this.#settings.state;
  }

  /** Ids of its workerd processes. */
  get workerds(): number[] {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("the server is not running");
    return workerdsOf(pid);
  }

  /** Starts it on its present state; resolves when it answers. */
  async start(): Promise<void> {
    const child = this.#standby ?? this.#spawn();
    this.#standby = null;
    this.#child = child;
    try {
      await startHosting(child, this.#settings);
    } catch (cause) {
      throw new Error(`the server did not start:\n${this.#output}`, { cause });
    }
    if (this.#setup.standbyCache !== undefined) this.#standby = this.#spawn();
  }

  /** `kill -9` of the whole process group; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#child) await killGroup(this.#child);
    this.#child = null;
  }

  /** Ends it for good, and removes a temporary state. */
  async remove(): Promise<void> {
    await this.#killAll();
    this.#removeState();
    process.off("exit", this.#onExit);
  }

  /** The signals are sent before the first `await`, so that this works while the program exits. */
  async #killAll(): Promise<void> {
    const killed = [this.#child, this.#standby].map((child) => child && killGroup(child));
    this.#child = null;
    this.#standby = null;
    await Promise.all(killed);
  }

  #removeState(): void {
    if (this.#setup.state === undefined) rmSync(this.state, { recursive: true, force: true });
  }

  #spawn(): ChildProcess {
    const { output, standbyCache } = this.#setup;
    const env = standbyCache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: standbyCache };
    const child = spawnHost(output === "tail" ? "pipe" : output, env);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data: Buffer) => {
        if (process.env.LOUD) process.stderr.write(data);
        this.#setup.onOutput?.(data.toString());
        this.#output = (this.#output + data.toString()).slice(-OUTPUT_KEPT);
      });
    }
    return child;
  }
}

/**
 * A server as wrangler.toml sets it up, with some rates raised and secrets that only tests know.
 */
export const startServer = (
  worker: Bundle,
  rates: object,
  options: Pick<ServerSetup, "isDirect"> = {},
): Promise<ServerProcess> =>
  ServerProcess.start({ worker, bindings: bindingsOf(worker, rates), output: "inherit", ...options });

/** The value of a secret in `startServer`. */
export const secretOf = (name: string): string => `the-${name}-of-the-simulations-long-enough-for-HS256`;

/** The variables and secrets of `startServer`. */
export const bindingsOf = ({ vars, secrets }: Bundle, rates: object): Record<string, string> => ({
  ...vars,
  RATES: JSON.stringify(rates),
  BUDGETS: raisedBudgets,
  SCRYPT_COST: "4:8:1",
  OPEN_TO: "everyone",
  ...Object.fromEntries(secrets.map((name) => [name, secretOf(name)])),
  VAPID_KEYS: makePushKeys(),
});
