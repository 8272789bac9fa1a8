// Takes a CPU profile of the Worker and its objects through the V8 inspector of workerd. The file
// opens in the performance panel of a browser's developer tools.
import { writeFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

const targets = z.array(z.object({ title: z.string(), webSocketDebuggerUrl: z.string() }));
const reply = z.object({ id: z.number().optional(), result: z.unknown().optional(), error: z.unknown().optional() });
const stopped = z.object({ profile: z.record(z.string(), z.unknown()) });

/** The worker of Parley in Miniflare's configuration; the others simulate D1 and queues. */
const TARGET = "parley";
const SAMPLE_EVERY_US = 500;

export class Profiler {
  readonly #socket: WebSocket;
  readonly #file: string;
  readonly #asked = new Map<number, (message: z.infer<typeof reply>) => void>();
  #last = 0;
  /** Becomes part of the name of the next file. */
  scenario = "";

  private constructor(socket: WebSocket, file: string) {
    this.#socket = socket;
    this.#file = file;
    socket.addEventListener("message", ({ data }) => {
      const message = reply.parse(JSON.parse(String(data)));
      if (message.id !== undefined) this.#asked.get(message.id)?.(message);
    });
  }

  /**
   * `file`: where the profiles are written; `out.cpuprofile` becomes `out-storm.cpuprofile` for the
   * scenario `storm`. A later round replaces it.
   */
  static async attach(port: number, file: string): Promise<Profiler> {
    const found = targets.parse(await (await fetch(`http://127.0.0.1:${port}/json`)).json());
    const target = found.find(({ title }) => title.includes(`user:${TARGET}`));
    if (!target) throw new Error(`no isolate of ${TARGET}, only ${found.map(({ title }) => title).join(", ")}`);
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", () => reject(new Error("the inspector refused the connection")));
    });
    const profiler = new Profiler(socket, file);
    await profiler.#ask("Profiler.enable");
    await profiler.#ask("Profiler.setSamplingInterval", { interval: SAMPLE_EVERY_US });
    return profiler;
  }

  async begin(): Promise<void> {
    await this.#ask("Profiler.start");
  }

  async end(): Promise<void> {
    const { profile } = stopped.parse(await this.#ask("Profiler.stop"));
    const { dir, name, ext } = path.parse(this.#file);
    writeFileSync(path.join(dir, `${name}-${this.scenario}${ext}`), JSON.stringify(profile));
  }

  #ask(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, ({ result, error }) => {
        this.#asked.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${JSON.stringify(error)}`));
      });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
