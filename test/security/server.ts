// The server of the security suite. Fixtures are made at raised rates; then the server restarts on
// the same state at the rates of the wire, and the attack begins.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makePushKeys } from "../../scripts/secrets.ts";
import { rates } from "../../src/protocol/rates.ts";
import { raisedBudgets, unlimitedRates } from "../simulation/kit/rates.ts";
import { ServerProcess } from "../simulation/kit/server-process.ts";
import type { Bundle } from "../simulation/kit/worker-bundle.ts";

export const OPERATOR_TOKEN = "the-operator-of-the-security-suite";
export const TOKEN_SECRET = "a secret of the security suite, long enough for HS256";
export const ARCHIVE_KEY = "the key of the archive of the security suite";

type Bindings = Record<string, string>;

const HOUR_MS = 3_600_000;

export class SecurityServer {
  readonly #worker: Bundle;
  readonly #state = mkdtempSync(path.join(tmpdir(), "parley-security-"));
  readonly #pushKeys = makePushKeys();
  readonly #onExit = (): void => this.#removeState();
  #process: ServerProcess | null = null;
  /** Everything that the server has printed. */
  output = "";

  constructor(worker: Bundle) {
    this.#worker = worker;
    process.once("exit", this.#onExit);
  }

  get port(): number {
    return this.#running().port;
  }

  get state(): string {
    return this.#state;
  }

  get workerds(): number[] {
    return this.#running().workerds;
  }

  /** The private half of the key pair for push services. */
  get pushSecret(): string {
    return this.#pushKeys.split(".")[1] ?? "";
  }

  /** Starts it, or starts it again: at the rates of the wire, or with all of them raised. */
  async start(pace: "raised" | "wire", bindings: Bindings = {}): Promise<void> {
    const before = this.#process;
    const port = before?.port;
    await before?.remove();
    this.#process = await ServerProcess.start({
      worker: this.#worker,
      state: this.#state,
      output: "tail",
      onOutput: (text) => {
        this.output += text;
      },
      ...(port !== undefined && { migrations: null, port }),
      bindings: {
        ...this.#worker.vars,
        // Fixtures need no answers to requests of strangers.
        OPEN_TO: "everyone",
        RATES: pace === "wire" ? "" : JSON.stringify(unlimitedRates(Object.keys(rates))),
        BUDGETS: pace === "wire" ? "" : raisedBudgets,
        SCRYPT_COST: "4:8:1",
        TOKEN_SECRET,
        OPERATOR_TOKEN,
        ARCHIVE_KEY,
        VAPID_KEYS: this.#pushKeys,
        ...bindings,
      },
    });
  }

  /** Ends the server, and keeps its files. */
  async stop(): Promise<void> {
    await this.#running().kill();
  }

  async remove(): Promise<void> {
    await this.#process?.remove();
    this.#removeState();
    process.off("exit", this.#onExit);
  }

  /**
   * Stops the server, changes a table of the directory as the passing of time would, and starts the
   * server again at raised rates.
   */
  async letTimePass(table: string, change: string): Promise<void> {
    await this.stop();
    const files = readdirSync(this.#state, { recursive: true, encoding: "utf8" });
    for (const name of files.filter((file) => file.endsWith(".sqlite"))) {
      const file = path.join(this.#state, name);
      const database = new DatabaseSync(file);
      const found = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table);
      if (found) database.exec(`UPDATE ${table} SET ${change}`);
      database.close();
    }
    await this.start("raised");
  }

  /** Runs the cron once, as at the end of this hour, with what it does hourly. */
  async runCron(): Promise<void> {
    const at = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;
    const answer = await fetch(`http://127.0.0.1:${this.port}/cdn-cgi/local/scheduled?time=${at}`);
    if (!answer.ok) throw new Error(`the cron answered ${answer.status}: ${await answer.text()}`);
  }

  #running(): ServerProcess {
    if (!this.#process) throw new Error("the server is not running");
    return this.#process;
  }

  #removeState(): void {
    rmSync(this.#state, { recursive: true, force: true });
  }
}
