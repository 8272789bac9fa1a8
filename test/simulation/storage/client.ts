// Requests and sockets of the people in the stored fixture.
import { setTimeout as delay } from "node:timers/promises";
import { compareArchive } from "../kit/archive-comparison.ts";
import { OPERATOR_TOKEN } from "./server.ts";

export interface Request {
  method: string;
  path: string;
  body?: object;
  headers?: Record<string, string>;
}

export interface Answered {
  status: number;
  /** The JSON of the answer; null where it has none. */
  body: unknown;
}

export const PASSWORD = "correct horse battery";

/** Someone who makes requests: a person with a session, the operator, or nobody. */
export class Caller {
  readonly port: number;
  readonly token: string;

  constructor(port: number, token: string) {
    this.port = port;
    this.token = token;
  }

  /** Answers with any status. */
  async ask({ method, path, body, headers }: Request): Promise<Answered> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: {
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  }

  /** Answers the body; throws on every error status. */
  async demand<T>(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<T> {
    const answer = await this.ask({ method, path, ...(body && { body }), ...(headers && { headers }) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }
}

export const operator = (port: number): Caller => new Caller(port, OPERATOR_TOKEN);

/** Signs in to an account of the fixture. Its stored sessions may have expired. */
export async function signIn(port: number, handle: string): Promise<Caller> {
  const body = { handle, password: PASSWORD, keep: "token" };
  const { token } = await new Caller(port, "").demand<{ token: string }>("POST", "/v1/sessions", body);
  return new Caller(port, token);
}

interface Frame {
  type: string;
  id?: string;
  after?: number;
  events?: unknown[];
}

/**
 * Resumes a channel over a socket from a position to the head. Returns the events, and the reset
 * that a person gets who may not read the log from there.
 */
export async function resume(person: Caller, channel: string, epoch: string, after: number): Promise<unknown[]> {
  const { token } = await person.demand<{ token: string }>("GET", "/v1/gateway");
  const url = `ws://127.0.0.1:${person.port}/v1/channels/${channel}/socket`;
  const socket = new WebSocket(url, ["parley.v1", `token.${token}`]);
  const events: unknown[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const subscribe = (from: number) =>
        socket.send(JSON.stringify({ id: "resume", type: "channel.subscribe", from: { epoch, after: from } }));
      socket.onopen = () => subscribe(after);
      socket.onclose = ({ code, reason }) => reject(new Error(`closed with ${code} ${reason}`));
      socket.onmessage = ({ data }) => {
        const frame: Frame = JSON.parse(String(data));
        events.push(...(frame.events ?? []));
        if (frame.id !== "resume") return;
        if (frame.type === "reset") events.push(frame);
        if (frame.type === "ready" || frame.type === "reset") resolve();
        else if (frame.type === "more" && frame.after !== undefined) subscribe(frame.after);
        else reject(new Error(`answered ${JSON.stringify(frame)}`));
      };
    });
  } finally {
    socket.onclose = null;
    socket.close();
  }
  return events;
}

/** Resolves when the archive holds the whole log of each channel. Throws after a minute. */
export async function untilArchived(port: number, channels: readonly string[]): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (const channel of channels) {
    for (;;) {
      const report = await compareArchive(port, OPERATOR_TOKEN, channel);
      if (report.archived === report.head && report.same === report.head) break;
      if (Date.now() > deadline) throw new Error(`${channel} is not archived: ${JSON.stringify(report)}`);
      await delay(200);
    }
  }
}
