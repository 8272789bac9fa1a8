// A Parley on the Miniflare API in its own process group, killed as a power cut would.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makePushKeys } from "../../../scripts/secrets.ts";
import { freePort } from "./free-port.ts";
import { type HostSettings, killGroup, spawnHost, startHosting } from "./host-process.ts";
import { workerdsOf } from "./process-usage.ts";
import type { Bundle } from "./worker-bundle.ts";

const migrations = path.join(import.meta.dirname, "../../../migrations");

export class Server {
  readonly #settings: HostSettings;
  #child: ChildProcess | null = null;

  private constructor(hostSettings: HostSettings) {
    this.#settings = hostSettings;
  }

  /** A server on a free port with a state of its own, answering. `rates` are those to raise, by name. */
  static async start(bundle: Bundle, rates: object): Promise<Server> {
    const state = mkdtempSync(path.join(tmpdir(), "parley-masses-"));
    const bindings = bindingsOf(bundle, rates);
    const server = new Server({ ...bundle, state, port: await freePort(), migrations, bindings });
    await server.start();
    server.#settings.migrations = null;
    return server;
  }

  get port(): number {
    return this.#settings.port;
  }

  /** Ids of its workerd processes. */
  get workerds(): number[] {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("the server is not running");
    return workerdsOf(pid);
  }

  /** Starts it on the state it has; resolves when it answers. */
  async start(): Promise<void> {
    const child = spawnHost("inherit");
    this.#child = child;
    process.once("exit", () => this.#end());
    await startHosting(child, this.#settings);
  }

  /** `kill -9` of the whole process group; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#child) await killGroup(this.#child);
    this.#child = null;
  }

  async remove(): Promise<void> {
    await this.kill();
    this.#forget();
  }

  /** The run is over, perhaps in the middle: a process group of its own would outlive it. */
  #end(): void {
    if (this.#child) void killGroup(this.#child);
    this.#forget();
  }

  #forget(): void {
    rmSync(this.#settings.state, { recursive: true, force: true });
  }
}

/** The variables of wrangler.toml, of which some are said otherwise here, and secrets that are none. */
const bindingsOf = ({ vars, secrets }: Bundle, rates: object): Record<string, string> => ({
  ...vars,
  RATES: JSON.stringify(rates),
  SCRYPT_COST: "4:8:1",
  ...Object.fromEntries(secrets.map((name) => [name, `the-${name}-of-the-masses-long-enough-for-HS256`])),
  VAPID_KEYS: makePushKeys(),
});
