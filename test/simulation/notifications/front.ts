// What stands before the push service, and is all that the server sees of it: passes requests on, or does to them what the weather says, and notes each.
// One device's requests are passed on one after the other, so that the manieth taken is the manieth that the device holds.
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../load/free-port.ts";
import type { Fate, Knock } from "./ledger.ts";
import type { Office } from "./office.ts";
import { flawOf } from "./signature.ts";
import type { Weather } from "./weather.ts";

const statuses: Record<number, Fate> = { 200: "taken", 201: "taken", 410: "gone" };
/** Slow enough that requests overlap, as they do with a service that is far away. */
const SLOW_MS = 40;

interface Told {
  fate: Fate;
  status: number;
  retryAfterS?: number;
  /** The how manieth it is that its device has taken. */
  place?: number;
}

export class Front {
  readonly port: number;
  readonly #office: Office;
  readonly #weather: Weather;
  readonly #onKnock: (knock: Knock) => void;
  readonly #lines = new Map<string, Promise<unknown>>();
  /** How many a device has taken. */
  readonly #taken = new Map<string, number>();
  #server: Server | null = null;

  private constructor(port: number, office: Office, weather: Weather, onKnock: (knock: Knock) => void) {
    this.port = port;
    this.#office = office;
    this.#weather = weather;
    this.#onKnock = onKnock;
  }

  static async open(office: Office, weather: Weather, onKnock: (knock: Knock) => void): Promise<Front> {
    const front = new Front(await freePort(), office, weather, onKnock);
    const server = createServer((asked, answer) => void front.#receive(asked, answer));
    server.keepAliveTimeout = 60_000;
    await once(server.listen(front.port, "127.0.0.1"), "listening");
    front.#server = server;
    return front;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  endpointOf(target: string): string {
    return `${this.origin}/notify/${target}`;
  }

  close(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  async #receive(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const at = Date.now();
    const target = asked.url?.replace("/notify/", "") ?? "";
    const body = await bodyOf(asked);
    if (body === null) return;
    const flaw = flawOf(asked.headers, body.length, this.origin, at / 1_000);
    const { fate, retryAfterS = 0, place = 0 } = await this.#treat(target, asked, body, answer);
    const header = (name: string): string => String(asked.headers[name] ?? "");
    this.#onKnock({
      at,
      doneAt: Date.now(),
      target,
      topic: header("topic"),
      urgency: header("urgency"),
      ttl: header("ttl"),
      fate,
      retryAfterMs: retryAfterS * 1_000,
      place,
      flaw,
    });
  }

  async #treat(target: string, asked: IncomingMessage, body: Buffer, answer: ServerResponse): Promise<Told> {
    const blow = this.#weather.next(target, String(asked.headers.topic ?? ""));
    const drop = () => asked.socket.destroy();
    switch (blow.kind) {
      case "outage":
        if (blow.how === "broken") return this.#say(answer, { fate: "outage", status: 503 });
        drop();
        return { fate: "outage", status: 0 };
      case "5xx":
        return this.#say(answer, { fate: "5xx", status: blow.status });
      case "429":
        return this.#say(answer, { fate: "429", status: 429, retryAfterS: blow.seconds });
      case "hung":
        await sleep(blow.ms);
        drop();
        return { fate: "hung", status: 0 };
      case "cut": {
        const told = await this.#pass(target, asked, body);
        if (told.fate !== "taken") return this.#say(answer, told);
        drop();
        return { ...told, fate: "cut" };
      }
      case "none": {
        const told = await this.#pass(target, asked, body);
        await sleep(SLOW_MS);
        return this.#say(answer, told);
      }
    }
  }

  #say(answer: ServerResponse, told: Told): Told {
    answer.writeHead(told.status, told.retryAfterS === undefined ? {} : { "retry-after": String(told.retryAfterS) });
    answer.end();
    return told;
  }

  #pass(target: string, asked: IncomingMessage, body: Buffer): Promise<Told> {
    const passed = (this.#lines.get(target) ?? Promise.resolve()).then(async () => {
      const status = await forward(this.#office.port, asked, body);
      const fate = statuses[status] ?? "bad";
      if (fate !== "taken") return { fate, status };
      const place = (this.#taken.get(target) ?? 0) + 1;
      this.#taken.set(target, place);
      return { fate, status, place };
    });
    this.#lines.set(target, passed);
    return passed;
  }
}

/** Null where the server went away in the middle of it. */
async function bodyOf(asked: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of asked) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch {
    return null;
  }
}

/** As it came, to the office; answers the status. */
function forward(port: number, asked: IncomingMessage, body: Buffer): Promise<number> {
  const { "transfer-encoding": _, ...rest } = asked.headers;
  const headers = { ...rest, "content-length": String(body.length) };
  return new Promise((resolve, reject) => {
    const passed = request({ port, host: "127.0.0.1", method: "POST", path: asked.url, headers }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    passed.once("error", reject);
    passed.end(body);
  });
}
