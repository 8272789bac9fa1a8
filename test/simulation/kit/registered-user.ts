// An account and its requests over HTTP.
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";

export interface Answer {
  status: number;
  text: string;
}

export const password = "correct horse battery";
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

/**
 * Answers with any status. Repeats the request where the server had just closed an unused
 * connection.
 */
export async function ask(port: number, token: string, method: string, path: string, body?: object): Promise<Answer> {
  for (;;) {
    const answer = await attempt(port, token, method, path, body);
    if (answer) return answer;
  }
}

function attempt(
  port: number,
  token: string,
  method: string,
  path: string,
  body: object | undefined,
): Promise<Answer | null> {
  const sent = body && Buffer.from(JSON.stringify(body));
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(sent && { "content-type": "application/json", "content-length": sent.length }),
  };
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: "127.0.0.1", agent, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
      );
      response.once("error", reject);
    });
    asked.once("error", (error) => {
      if (asked.reusedSocket && "code" in error && error.code === "ECONNRESET") resolve(null);
      else reject(error);
    });
    asked.end(sent);
  });
}

/** Answers the body; throws on every error status. */
export async function demand<T>(port: number, token: string, method: string, path: string, body?: object): Promise<T> {
  const { status, text } = await ask(port, token, method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return text === "" ? (undefined as T) : JSON.parse(text);
}

export class RegisteredUser {
  readonly port: number;
  readonly handle: string;
  readonly id: string;
  readonly session: string;

  private constructor(port: number, handle: string, id: string, session: string) {
    this.port = port;
    this.handle = handle;
    this.id = id;
    this.session = session;
  }

  static async register(port: number, handle: string): Promise<RegisteredUser> {
    const account = { handle, name: handle, password, keep: "token" };
    const { me, token } = await demand<{ me: { id: string }; token: string }>(
      port,
      "",
      "POST",
      "/v1/accounts",
      account,
    );
    return new RegisteredUser(port, handle, me.id, token);
  }

  /** A token that opens sockets, valid for five minutes. */
  async token(): Promise<string> {
    return (await this.demand<{ token: string }>("GET", "/v1/gateway")).token;
  }

  ask(method: string, path: string, body?: object): Promise<Answer> {
    return ask(this.port, this.session, method, path, body);
  }

  demand<T>(method: string, path: string, body?: object): Promise<T> {
    return demand(this.port, this.session, method, path, body);
  }

  async group(name: string, members: readonly RegisteredUser[]): Promise<string> {
    const asked = { kind: "group", nonce: randomUUID(), name, members: members.map(({ id }) => id) };
    return (await this.demand<{ id: string }>("POST", "/v1/channels", asked)).id;
  }

  async direct(other: RegisteredUser): Promise<string> {
    return (await this.demand<{ id: string }>("POST", "/v1/channels", { kind: "direct", user: other.id })).id;
  }
}
