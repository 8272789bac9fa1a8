// The headers of every answer of the Worker: what a browser may do with it, and who may keep it.
// The static files get theirs from src/web/public/_headers.
import { type GatewayContext, requestIdOf } from "./context";

/** Two years, as browsers ask for. Subdomains are not ours to decide about. */
const HSTS = "max-age=63072000";
/** An answer of the API is data: it loads nothing and stands in no frame. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const always = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
} as const;

/**
 * Sets the headers of an answer. A route may have set its own content security policy and its own
 * `cache-control`; answers below `/v1` are never stored, because almost all of them hold messages,
 * names or tokens. Only files say themselves who may keep them. `strict-transport-security` is set
 * over https only (RFC 6797, 7.2).
 */
export function setAnswerHeaders(c: GatewayContext): void {
  c.header("x-request-id", requestIdOf(c));
  for (const [name, value] of Object.entries(always)) c.header(name, value);
  const url = new URL(c.req.url);
  if (url.protocol === "https:") c.header("strict-transport-security", HSTS);
  if (!c.res.headers.has("content-security-policy")) c.header("content-security-policy", DATA_POLICY);
  const isKept = c.res.status < 400 && url.pathname.startsWith("/v1/files/");
  if (url.pathname.startsWith("/v1/") && !(isKept && c.res.headers.has("cache-control")))
    c.header("cache-control", "no-store");
  else if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-cache");
}
