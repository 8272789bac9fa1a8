// The only way in which the server sends a request to another server. It checks the address, never
// follows a redirect, reads a limited part of the answer and gives up at a deadline.
// `domain/outbound-address.ts` says which addresses are allowed.
//
// A Worker cannot resolve a name before it sends a request, so a public name that leads to a
// private address is left to the platform: see SECURITY.md.
import { outboundOrigin } from "../domain/outbound-address";
import { withTimeout } from "./deadline";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface OutboundRequest {
  method: "GET" | "POST";
  headers: Record<string, string>;
  body?: BodyInit;
}

export interface OutboundLimits {
  /** The time for the whole exchange. */
  timeoutMs: number;
  /** The most bytes that are read of the body of the answer. */
  maxBytes: number;
  /** The origins on this machine that the operator allows, for tests. */
  loopback: readonly string[];
  /** Sends the request; the platform's `fetch` by default. */
  fetch?: Fetch | undefined;
}

export interface OutboundAnswer {
  /** A redirect is an answer like any other. */
  status: number;
  headers: Headers;
  /** The first `maxBytes` bytes of the body. */
  body: string;
}

/** The server may not send requests to an address. The message does not quote it. */
export class OutboundRefusal extends Error {
  constructor() {
    super("the server may not send requests to this address");
  }
}

/** Throws OutboundRefusal, and an Error if the answer is not complete after `timeoutMs`. */
export async function guardedFetch(
  address: string,
  request: OutboundRequest,
  limits: OutboundLimits,
): Promise<OutboundAnswer> {
  const url = checkedUrl(address, limits.loopback);
  const send: Fetch = limits.fetch ?? ((input, init) => fetch(input, init));
  const abort = new AbortController();
  const exchange = async (): Promise<OutboundAnswer> => {
    const response = await send(url, { ...request, redirect: "manual", signal: abort.signal });
    return { status: response.status, headers: response.headers, body: await readStart(response, limits.maxBytes) };
  };
  try {
    return await withTimeout(exchange(), limits.timeoutMs);
  } finally {
    abort.abort();
  }
}

/**
 * Returns the address as the platform's parser writes it. Throws OutboundRefusal if it is not
 * allowed, and if the parser reads another origin than the one that was checked.
 */
function checkedUrl(address: string, loopback: readonly string[]): string {
  const origin = outboundOrigin(address, loopback);
  const url = URL.parse(address);
  if (origin === null || url === null || url.origin !== origin) throw new OutboundRefusal();
  return url.href;
}

/** Reads the first bytes of a body and cancels the rest. */
async function readStart(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let left = maxBytes; left > 0; ) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value.subarray(0, left), { stream: true });
    left -= value.byteLength;
  }
  await reader.cancel();
  return text;
}
