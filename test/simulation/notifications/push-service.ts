// The push service: `web-push-testing`, an independent implementation, in a process of its own. It
// accepts only requests that are signed and encrypted correctly, and decrypts them with the keys of
// the device.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { freePort } from "../kit/free-port.ts";

const program = fileURLToPath(import.meta.resolve("web-push-testing/src/bin/server.js"));
const START_MS = 30_000;

export interface Issued {
  /** The service's name for the device; the last part of its endpoint. */
  name: string;
  keys: { p256dh: string; auth: string };
}

export class PushService {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #onExit = (): void => this.close();

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
  }

  static async open(): Promise<PushService> {
    const port = await freePort();
    const child = spawn(process.execPath, [program, String(port)], { stdio: ["ignore", "pipe", "inherit"] });
    const pushService = new PushService(port, child);
    process.once("exit", pushService.#onExit);
    await once(child.stdout, "data", { signal: AbortSignal.timeout(START_MS) });
    child.stdout.resume();
    return pushService;
  }

  close(): void {
    this.#child.kill("SIGKILL");
    process.off("exit", this.#onExit);
  }

  /** Creates a device that accepts this key. */
  async subscribe(applicationServerKey: string): Promise<Issued> {
    const asked = { userVisibleOnly: "true", applicationServerKey };
    const { data } = await this.#ask<{ data: { clientHash: string; keys: Issued["keys"] } }>("subscribe", asked);
    return { name: data.clientHash, keys: data.keys };
  }

  async expire(name: string): Promise<void> {
    await this.#post(`expire-subscription/${name}`, {});
  }

  /** What the device has received and decrypted, oldest first. */
  async received(name: string): Promise<string[]> {
    const { data } = await this.#ask<{ data: { messages: string[] } }>("get-notifications", { clientHash: name });
    return data.messages;
  }

  async #ask<T>(where: string, body: object): Promise<T> {
    return (await (await this.#post(where, body)).json()) as T;
  }

  async #post(where: string, body: object): Promise<Response> {
    const response = await fetch(`http://127.0.0.1:${this.port}/${where}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${where}: ${response.status} ${await response.text()}`);
    return response;
  }
}
