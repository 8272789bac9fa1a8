// A proxy in front of the push service, and the only address that the server knows. It forwards
// requests or fails them as the drawn faults say, and records each. Requests of one device are
// forwarded one at a time, so that the ordinal of a delivery here is its ordinal at the push
// service.
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../kit/free-port.ts";
import type { PushRequest, RequestOutcome } from "./history.ts";
import type { PushFaults } from "./push-faults.ts";
import type { PushService } from "./push-service.ts";
import { signatureFlaw } from "./signature-checker.ts";

const statuses: Record<number, RequestOutcome> = { 200: "taken", 201: "taken", 410: "gone" };
/** Slow enough that requests overlap, as with a remote service. */
const SLOW_MS = 40;

interface ProxyReply {
  outcome: RequestOutcome;
  status: number;
  retryAfterS?: number;
  /** Its ordinal among the deliveries to its device. */
  place?: number;
}

export class PushProxy {
  readonly port: number;
  readonly #pushService: PushService;
  readonly #faults: PushFaults;
  readonly #onRequest: (request: PushRequest) => void;
  readonly #queues = new Map<string, Promise<unknown>>();
  /** Number of deliveries by target. */
  readonly #taken = new Map<string, number>();
  #server: Server | null = null;

  private constructor(
    port: number,
    pushService: PushService,
    pushFaults: PushFaults,
    onRequest: (request: PushRequest) => void,
  ) {
    this.port = port;
    this.#pushService = pushService;
    this.#faults = pushFaults;
    this.#onRequest = onRequest;
  }

  static async open(
    pushService: PushService,
    pushFaults: PushFaults,
    onRequest: (request: PushRequest) => void,
  ): Promise<PushProxy> {
    const pushProxy = new PushProxy(await freePort(), pushService, pushFaults, onRequest);
    const server = createServer((asked, answer) => void pushProxy.#receive(asked, answer));
    server.keepAliveTimeout = 60_000;
    await once(server.listen(pushProxy.port, "127.0.0.1"), "listening");
    pushProxy.#server = server;
    return pushProxy;
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
    const error = signatureFlaw(asked.headers, body.length, this.origin, at / 1_000);
    const { outcome, retryAfterS = 0, place = 0 } = await this.#handle(target, asked, body, answer);
    const header = (name: string): string => String(asked.headers[name] ?? "");
    this.#onRequest({
      at,
      doneAt: Date.now(),
      target,
      topic: header("topic"),
      urgency: header("urgency"),
      ttl: header("ttl"),
      outcome,
      retryAfterMs: retryAfterS * 1_000,
      place,
      error,
    });
  }

  async #handle(target: string, asked: IncomingMessage, body: Buffer, answer: ServerResponse): Promise<ProxyReply> {
    const fault = this.#faults.next(target, String(asked.headers.topic ?? ""));
    const drop = () => asked.socket.destroy();
    switch (fault.kind) {
      case "outage":
        if (fault.how === "broken") return this.#reply(answer, { outcome: "outage", status: 503 });
        drop();
        return { outcome: "outage", status: 0 };
      case "5xx":
        return this.#reply(answer, { outcome: "5xx", status: fault.status });
      case "429":
        return this.#reply(answer, { outcome: "429", status: 429, retryAfterS: fault.seconds });
      case "hung":
        await sleep(fault.ms);
        drop();
        return { outcome: "hung", status: 0 };
      case "cut": {
        const reply = await this.#pass(target, asked, body);
        if (reply.outcome !== "taken") return this.#reply(answer, reply);
        drop();
        return { ...reply, outcome: "cut" };
      }
      case "none": {
        const reply = await this.#pass(target, asked, body);
        await sleep(SLOW_MS);
        return this.#reply(answer, reply);
      }
    }
  }

  #reply(answer: ServerResponse, reply: ProxyReply): ProxyReply {
    answer.writeHead(reply.status, reply.retryAfterS === undefined ? {} : { "retry-after": String(reply.retryAfterS) });
    answer.end();
    return reply;
  }

  #pass(target: string, asked: IncomingMessage, body: Buffer): Promise<ProxyReply> {
    const passed = (this.#queues.get(target) ?? Promise.resolve()).then(async () => {
      const status = await forward(this.#pushService.port, asked, body);
      const outcome = statuses[status] ?? "bad";
      if (outcome !== "taken") return { outcome, status };
      const place = (this.#taken.get(target) ?? 0) + 1;
      this.#taken.set(target, place);
      return { outcome, status, place };
    });
    this.#queues.set(target, passed);
    return passed;
  }
}

/** Null where the server closed the connection before the end. */
async function bodyOf(asked: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of asked) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch {
    return null;
  }
}

/** Forwards the request unchanged to the push service; answers the status. */
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
