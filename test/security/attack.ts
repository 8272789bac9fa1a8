// What an attack is: it states what it expects of the system, and reports numbers with bounds.
import { Agent, request } from "node:http";
import type { Rate } from "../../src/protocol/rates.ts";
import type { RegisteredUser } from "../simulation/kit/registered-user.ts";
import type { Report } from "../simulation/kit/report.ts";
import type { SecurityServer } from "./server.ts";

export interface AttackOptions {
  quick: boolean;
  seed: string;
  /** How many requests and frames the fuzzer sends, instead of those of the form. */
  requests?: number;
  frames?: number;
}

export type Attack = (server: SecurityServer, options: AttackOptions) => Promise<Report>;

export interface HttpAnswer {
  status: number;
  type: string;
  text: string;
  ms: number;
}

export interface HttpAsk {
  method: string;
  path: string;
  token?: string;
  /** Sent as it is. */
  body?: string;
  headers?: Record<string, string>;
}

/** In place of a status: the connection ended before the answer was complete. */
export const CUT_OFF = 0;

const agent = new Agent({ keepAlive: true, maxSockets: 32 });

/**
 * Sends one request and measures it. Repeats it where the server had just closed an unused
 * connection.
 */
export async function send(port: number, ask: HttpAsk): Promise<HttpAnswer> {
  for (;;) {
    const answer = await attempt(port, ask);
    if (answer) return answer;
  }
}

function attempt(port: number, { method, path, token, body, headers = {} }: HttpAsk): Promise<HttpAnswer | null> {
  const sent = body === undefined ? undefined : Buffer.from(body);
  const all = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(sent && { "content-type": "application/json", "content-length": sent.length }),
    ...headers,
  };
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: "127.0.0.1", agent, method, path, headers: all }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", () => resolve({ status: CUT_OFF, type: "", text: "", ms: performance.now() - from }));
      response.once("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          type: (response.headers["content-type"] ?? "").split(";")[0] ?? "",
          text: Buffer.concat(chunks).toString("utf8"),
          ms: performance.now() - from,
        }),
      );
    });
    // More than one error may come: the last would otherwise end the program.
    asked.on("error", (error) => {
      if (asked.reusedSocket && "code" in error && error.code === "ECONNRESET") resolve(null);
      // The server cuts an answer off where it fails in the middle of it.
      else if ("code" in error && error.code === "ECONNRESET")
        resolve({ status: CUT_OFF, type: "", text: "", ms: performance.now() - from });
      else reject(new Error(`${method} ${path.slice(0, 100)} got no answer`, { cause: error }));
    });
    asked.end(sent);
  });
}

/** The most that a rate admits in a time. */
export const admitted = ({ burst, everyMs }: Rate, ms: number): number => burst + Math.ceil(ms / everyMs);

/** Reads the epoch of a channel, which every command that appends must name. */
export async function epochOf(person: RegisteredUser, channel: string): Promise<string> {
  const commands = [{ id: "1", type: "history.page", query: { limit: 1 } }];
  const answer = await person.demand("POST", `/v1/channels/${channel}/commands`, { commands });
  const found = /"epoch":"([^"]+)"/.exec(JSON.stringify(answer))?.[1];
  if (found === undefined) throw new Error("the page names no epoch");
  return found;
}
