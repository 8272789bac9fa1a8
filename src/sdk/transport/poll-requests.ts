import { heardFrameList } from "../../protocol";
import { isFinal, ParleyError } from "../parley-error";
import type { AccessTokens } from "./access-tokens";
import type { Environment } from "./environment";
import { exchange, type HttpAnswer, type HttpRequest, jsonOf } from "./http-exchange";
import { serverProblem } from "./problems";

/** The outcome of a poll, or of a request with commands. */
export type PollOutcome =
  | { kind: "frames"; frames: unknown[]; tag: string | null }
  | { kind: "unchanged" }
  /** The server refused the request. */
  | { kind: "refused"; error: ParleyError }
  /** No answer came, or a proxy answered instead of the server. */
  | { kind: "lost" };

/** How long to wait for an answer, besides the time that the poll is held. */
const POLL_TIMEOUT_MS = 10_000;
const COMMANDS_TIMEOUT_MS = 30_000;

/**
 * Polls and commands over HTTP, in place of one socket. Once the server has named the user, every
 * request needs a token of that user.
 */
export class PollRequests {
  /** The user named by the server in `hello`. */
  user: string | null = null;
  readonly #environment: Environment;
  readonly #tokens: AccessTokens;
  readonly #polls: string;
  readonly #commands: string;

  /** `path` is the path of the socket that this replaces. */
  constructor(environment: Environment, tokens: AccessTokens, path: string) {
    this.#environment = environment;
    this.#tokens = tokens;
    this.#polls = path === "/v1/socket" ? "/v1/inbox" : path.replace(/\/socket$/, "/events");
    this.#commands = path.replace(/\/socket$/, "/commands");
  }

  poll(query: Record<string, string>, knownTag: string | null, waitMs: number, aborter: AbortController) {
    const parameters = new URLSearchParams({ ...query, ...(waitMs > 0 && { wait: String(waitMs) }) });
    const path = parameters.size > 0 ? `${this.#polls}?${parameters}` : this.#polls;
    return this.#request({ method: "GET", path, knownTag, timeoutMs: waitMs + POLL_TIMEOUT_MS, aborter });
  }

  /** Sends commands, given as JSON texts. */
  perform(commands: readonly string[], aborter: AbortController): Promise<PollOutcome> {
    const body = `{"commands":[${commands.join(",")}]}`;
    return this.#request({ method: "POST", path: this.#commands, body, timeoutMs: COMMANDS_TIMEOUT_MS, aborter });
  }

  async #request(request: Omit<HttpRequest, "bearer">): Promise<PollOutcome> {
    try {
      const bearer = await (this.user === null ? this.#tokens.get() : this.#tokens.getFor(this.user));
      if (request.aborter?.signal.aborted) return { kind: "lost" };
      return outcomeOf(await exchange(this.#environment, { ...request, bearer }));
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      const isRefusal = isFinal(error) || error.code === "token_expired";
      return isRefusal ? { kind: "refused", error } : { kind: "lost" };
    }
  }
}

function outcomeOf(answer: HttpAnswer): PollOutcome {
  const { status, headers, text } = answer;
  if (status === 304 || status === 204) return { kind: "unchanged" };
  if (status === 200) {
    const list = heardFrameList.safeParse(jsonOf(text));
    // A proxy that compresses the answer makes its tag weak. The server knows the strong one.
    const tag = headers.get("etag")?.replace(/^W\//, "") ?? null;
    return list.success ? { kind: "frames", frames: list.data.frames, tag } : { kind: "lost" };
  }
  const error = serverProblem(answer);
  return error ? { kind: "refused", error } : { kind: "lost" };
}
