// The HTTP routes of a channel, for one person.
import type { Appended, GatewayAnswer } from "../../../src/protocol/index.ts";
import type { ComposedCommand } from "../../../src/sdk/index.ts";

export type AppendAnswer =
  | { kind: "appended"; seq: number }
  | { kind: "refused"; code: string }
  /** The outcome is unknown: the network broke, or the server asks to try again. */
  | { kind: "unknown" };

const TOKEN_MS = 200_000;
const ANSWER_WITHIN_MS = 10_000;

export class HttpClient {
  readonly #url: string;
  readonly #token: string;
  readonly #channel: string;
  #access: { token: string; until: number } | null = null;

  constructor(url: string, token: string, channel: string) {
    this.#url = url;
    this.#token = token;
    this.#channel = channel;
  }

  /** Throws network errors and error statuses. */
  async get<T>(path: string): Promise<T> {
    return (await this.#json(await this.#request("GET", `/v1/channels/${this.#channel}/${path}`))) as T;
  }

  /** A token that opens sockets. */
  async accessToken(): Promise<string> {
    if (this.#access === null || this.#access.until < Date.now()) {
      const { token } = (await this.#json(await this.#request("GET", "/v1/gateway"))) as GatewayAnswer;
      this.#access = { token, until: Date.now() + TOKEN_MS };
    }
    return this.#access.token;
  }

  /** Whether HTTP has a route for this command with its nonce. */
  accepts({ type }: ComposedCommand): boolean {
    return type === "message.send" || type === "message.edit" || type === "message.delete";
  }

  async append(command: ComposedCommand): Promise<AppendAnswer> {
    const { type, ...rest } = command;
    const method = type === "message.send" ? "POST" : type === "message.edit" ? "PATCH" : "DELETE";
    const { seq, ...body } = "seq" in rest ? rest : { seq: null, ...rest };
    const path = `/v1/channels/${this.#channel}/messages${seq === null ? "" : `/${seq}`}`;
    try {
      const response = await this.#request(method, path, body);
      if (response.ok) return { kind: "appended", seq: ((await response.json()) as Appended).seq };
      const { code, temporary } = (await response.json()) as { code: string; temporary: boolean };
      return temporary ? { kind: "unknown" } : { kind: "refused", code };
    } catch {
      return { kind: "unknown" };
    }
  }

  #request(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async #json(response: Response): Promise<unknown> {
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return await response.json();
  }
}
