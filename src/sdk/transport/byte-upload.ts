// Sends bytes as the body of a request. A page uses XMLHttpRequest, because `fetch` says nothing of
// how many bytes have left; other runtimes use `fetch`.
import { ParleyError } from "../parley-error";
import type { Environment } from "./environment";
import type { HttpAnswer } from "./http-exchange";

/** The bytes of a part. A Blob of a browser or of React Native is not read into memory. */
export type PartBytes = Blob | Uint8Array<ArrayBuffer>;

export interface ByteUpload {
  path: string;
  /** The Bearer token; null if a cookie authenticates the request. */
  bearer: string | null;
  bytes: PartBytes;
  signal?: AbortSignal | undefined;
  /** Called with the bytes of this request that have left so far. */
  onSent?: ((bytes: number) => void) | undefined;
}

/** How long a request may go on without a byte leaving or arriving. */
const STALLED_MS = 60_000;
/** How long a request without a report of its progress may take: 8 MiB at 30 kB/s. */
const TIMEOUT_MS = 5 * 60_000;

/** Sends bytes with PUT. Throws `offline` if no answer came. */
export function putBytes(environment: Environment, upload: ByteUpload): Promise<HttpAnswer> {
  const { XMLHttpRequest } = globalThis as { XMLHttpRequest?: new () => PageRequest };
  if (!environment.isPage || !XMLHttpRequest) return byFetch(environment, upload);
  return byPage(environment, upload, new XMLHttpRequest());
}

/** The part of XMLHttpRequest that is used. Not every runtime has its types. */
interface PageRequest {
  upload: { onprogress: ((event: { loaded: number }) => void) | null };
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  withCredentials: boolean;
  readonly status: number;
  readonly responseText: string;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(body: PartBytes): void;
  abort(): void;
}

const headersOf = ({ bearer }: ByteUpload): Record<string, string> => ({
  accept: "application/json",
  "content-type": "application/octet-stream",
  ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
});

function byPage({ origin, clock }: Environment, upload: ByteUpload, request: PageRequest): Promise<HttpAnswer> {
  const { path, bearer, bytes, signal, onSent } = upload;
  const answer = Promise.withResolvers<HttpAnswer>();
  const lost = (detail: string) => () => answer.reject(new ParleyError("offline", { detail }));
  const abort = () => request.abort();
  let timer = clock.setTimeout(abort, STALLED_MS);
  const moved = () => {
    clock.clearTimeout(timer);
    timer = clock.setTimeout(abort, STALLED_MS);
  };
  request.open("PUT", origin + path);
  request.withCredentials = bearer === null;
  for (const [name, value] of Object.entries(headersOf(upload))) request.setRequestHeader(name, value);
  request.upload.onprogress = ({ loaded }) => {
    moved();
    onSent?.(loaded);
  };
  request.onload = () => {
    const headers = new Headers();
    const retryAfter = request.getResponseHeader("retry-after");
    if (retryAfter !== null) headers.set("retry-after", retryAfter);
    answer.resolve({ status: request.status, headers, text: request.responseText });
  };
  request.onerror = lost("the connection was lost");
  request.onabort = lost("the request was given up");
  signal?.addEventListener("abort", abort);
  request.send(bytes);
  return answer.promise.finally(() => {
    clock.clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  });
}

async function byFetch(environment: Environment, upload: ByteUpload): Promise<HttpAnswer> {
  const { fetch, origin, clock, agent, isPage } = environment;
  const { path, bearer, bytes, signal } = upload;
  const aborter = new AbortController();
  const abort = () => aborter.abort();
  const timer = clock.setTimeout(abort, TIMEOUT_MS);
  signal?.addEventListener("abort", abort);
  try {
    const response = await fetch(origin + path, {
      method: "PUT",
      headers: { ...headersOf(upload), ...(agent !== null && { "user-agent": agent }) },
      body: bytes,
      signal: aborter.signal,
      ...(isPage && { credentials: bearer === null ? "include" : "omit" }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    throw new ParleyError("offline", { detail: String(error) });
  } finally {
    clock.clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
