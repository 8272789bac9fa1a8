// Identifies this server to push services (RFC 8292): one token for each service, signed with the
// operator's key.
import { importJWK, SignJWT } from "jose";
import { ByteBoundedCache } from "../domain/byte-bounded-cache";
import type { VapidKeys } from "../runtime/vapid-keys";

/** Services allow 24 hours. A token is valid for 12 and used for one, because clocks may differ. */
const TOKEN_SECONDS = 12 * 60 * 60;
const CACHED_MS = 60 * 60 * 1_000;
/**
 * The bytes of cached headers: about 300 services and origins. Microsoft has a host for each
 * region.
 */
const CACHE_BYTES = 512 * 1024;
/** The longest name of a cached header. An origin of a push service is short. */
const CACHED_NAME_LENGTH = 1_000;

/**
 * Headers by key, service and contact. The whole isolate shares them, because a batch of the queue
 * is short. Only settled values may be shared between batches. Bound: `CACHE_BYTES`.
 */
const signed = new ByteBoundedCache<{ header: string; until: number }>(
  CACHE_BYTES,
  CACHED_NAME_LENGTH,
  ({ header }) => 2 * header.length,
);

/**
 * Returns the `authorization` header for the service at the origin `audience`. `contact` is a
 * `mailto:` or `https:` URI, `now` is in epoch milliseconds.
 */
export async function vapidHeader(keys: VapidKeys, audience: string, contact: string, now: number): Promise<string> {
  const name = `${keys.publicKey} ${audience} ${contact}`;
  const cached = signed.get(name);
  if (cached && now < cached.until) return cached.header;
  const token = await new SignJWT()
    .setProtectedHeader({ typ: "JWT", alg: "ES256" })
    .setAudience(audience)
    .setSubject(contact)
    .setExpirationTime(Math.floor(now / 1_000) + TOKEN_SECONDS)
    .sign(await privateKey(keys));
  const header = `vapid t=${token}, k=${keys.publicKey}`;
  signed.set(name, { header, until: now + CACHED_MS });
  return header;
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
