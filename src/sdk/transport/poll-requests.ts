import { heardFrameList } from "../../protocol";
import { ParleyError } from "../parley-error";
import type { AccessTokens } from "./access-tokens";
import type { Environment } from "./environment";
import { type Answer, exchange, jsonOf, type Request } from "./exchange";
import { spokenProblem } from "./problems";

/** What became of a request. */
export type Outcome =
  | { kind: "frames"; frames: unknown[]; tag: string | null }
  | { kind: "unchanged" }
  /** The server said no. */
  | { kind: "refused"; error: ParleyError }
  /** No answer came, or one that was not the server's. */
  | { kind: "lost" };

/** An answer takes no longer than this, besides the time it may be held. */
const ANSWER_MS = 10_000;
const COMMANDS_MS = 30_000;

/** The way to one place of the server over HTTP: polls and commands, in the name of whoever the server greeted. */
export class PollLine {
  /** Known once the server has said hello. */
  user: string | null = null;
  readonly #environment: Environment;
  readonly #tokens: AccessTokens;
  readonly #polls: string;
  readonly #commands: string;

  /** `path` is that of the socket this stands in for. */
  constructor(environment: Environment, tokens: AccessTokens, path: string) {
    this.#environment = environment;
    this.#tokens = tokens;
    this.#polls = path === "/v1/socket" ? "/v1/inbox" : path.replace(/\/socket$/, "/events");
    this.#commands = path.replace(/\/socket$/, "/commands");
  }

  poll(query: Record<string, string>, known: string | null, waitMs: number, aborter: AbortController) {
    const asked = new URLSearchParams({ ...query, ...(waitMs > 0 && { wait: String(waitMs) }) });
    const path = asked.size > 0 ? `${this.#polls}?${asked}` : this.#polls;
    return this.#ask({ method: "GET", path, known, timeoutMs: waitMs + ANSWER_MS, aborter });
  }

  /** Commands as JSON texts. */
  perform(commands: readonly string[], aborter: AbortController): Promise<Outcome> {
    const body = `{"commands":[${commands.join(",")}]}`;
    return this.#ask({ method: "POST", path: this.#commands, body, timeoutMs: COMMANDS_MS, aborter });
  }

  async #ask(request: Omit<Request, "bearer">): Promise<Outcome> {
    try {
      const bearer = await (this.user === null ? this.#tokens.get() : this.#tokens.of(this.user));
      if (request.aborter?.signal.aborted) return { kind: "lost" };
      return outcomeOf(await exchange(this.#environment, { ...request, bearer }));
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      const isTold = error.code === "sign_in_required" || error.code === "token_expired";
      return isTold ? { kind: "refused", error } : { kind: "lost" };
    }
  }
}

function outcomeOf(answer: Answer): Outcome {
  const { status, headers, text } = answer;
  if (status === 304 || status === 204) return { kind: "unchanged" };
  if (status === 200) {
    const list = heardFrameList.safeParse(jsonOf(text));
    // Whoever compresses an answer makes its tag a weak one; the server knows it as it was.
    const tag = headers.get("etag")?.replace(/^W\//, "") ?? null;
    return list.success ? { kind: "frames", frames: list.data.frames, tag } : { kind: "lost" };
  }
  const error = spokenProblem(answer);
  return error ? { kind: "refused", error } : { kind: "lost" };
}
