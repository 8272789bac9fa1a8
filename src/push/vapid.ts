// Who this server says it is to a push service (RFC 8292): a token for each service, signed with the operator's key.
import { importJWK, SignJWT } from "jose";
import type { VapidKeys } from "../runtime/vapid";

/** A token is good for less than the 24 hours a service allows, and is sent for an hour: clocks may differ. */
const TOKEN_SECONDS = 12 * 60 * 60;
const CACHED_MS = 60 * 60 * 1_000;
/** Services times pages that subscribe: few, but Microsoft has a host for each region. The oldest go. */
const CACHED = 500;

/** Headers by key, service and contact. Of the isolate, since a batch of the queue is soon over; only what is settled may be shared between them. */
const signed = new Map<string, { header: string; until: number }>();

/** The `authorization` header for a service. `audience` is its origin, `contact` a `mailto:` or `https:` URI, `now` in epoch milliseconds. */
export async function vapidHeader(keys: VapidKeys, audience: string, contact: string, now: number): Promise<string> {
  const name = `${keys.publicKey} ${audience} ${contact}`;
  const known = signed.get(name);
  if (known && now < known.until) return known.header;
  const token = await new SignJWT()
    .setProtectedHeader({ typ: "JWT", alg: "ES256" })
    .setAudience(audience)
    .setSubject(contact)
    .setExpirationTime(Math.floor(now / 1_000) + TOKEN_SECONDS)
    .sign(await privateKey(keys));
  const header = `vapid t=${token}, k=${keys.publicKey}`;
  remember(name, { header, until: now + CACHED_MS });
  return header;
}

function remember(name: string, entry: { header: string; until: number }): void {
  signed.delete(name);
  signed.set(name, entry);
  for (const oldest of signed.keys()) {
    if (signed.size <= CACHED) return;
    signed.delete(oldest);
  }
}

async function privateKey(keys: VapidKeys): Promise<Parameters<SignJWT["sign"]>[0]> {
  const point = Uint8Array.from(atob(keys.publicKey.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const [x, y] = [base64url(point.subarray(1, 33)), base64url(point.subarray(33))];
  return importJWK({ kty: "EC", crv: "P-256", x, y, d: keys.privateKey }, "ES256");
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
