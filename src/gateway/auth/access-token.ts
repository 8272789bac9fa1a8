// The access token: a signed, short-lived proof (`limits.accessTokenMs`), so that opening a socket
// reads no database. Objects refuse a token that was issued before the account's last sign-out.
import { decodeJwt, jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import { ByteBoundedCache } from "../../domain/byte-bounded-cache";
import { ChatError } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import { limits, sessionId, userId } from "../../protocol";

const claims = z.object({ sub: userId, sid: sessionId, iat_ms: z.int(), exp: z.int() });
const ISSUER = "parley";

/** Signs an access token with `secret`. `expiresAt` is in epoch milliseconds. */
export async function signAccessToken(secret: string, caller: Caller): Promise<{ token: string; expiresAt: number }> {
  const expiresAt = caller.issuedAt + limits.accessTokenMs;
  const token = await new SignJWT({ sid: caller.session, iat_ms: caller.issuedAt })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(ISSUER)
    .setSubject(caller.user)
    .setExpirationTime(Math.ceil(expiresAt / 1000))
    .sign(await keyOf(secret));
  return { token, expiresAt };
}

interface VerifiedToken {
  caller: Caller;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** The bytes of verified tokens that are kept: about 2,000 tokens. */
const VERIFIED_BYTES = 2 * 1024 ** 2;
/** The longest token that is kept. One of this server has about 300 characters. */
const VERIFIED_TOKEN_LENGTH = 600;
/** The bytes of a caller: two ids and two times. */
const CALLER_BYTES = 250;

/**
 * The tokens that this isolate has verified. One token opens a socket for each channel on the
 * screen. Bound: `VERIFIED_BYTES`.
 */
const verified = new ByteBoundedCache<VerifiedToken>(VERIFIED_BYTES, VERIFIED_TOKEN_LENGTH, () => CALLER_BYTES);

/**
 * Returns the caller that a token proves. `secrets` are the current secret and, during a rotation,
 * the one before. Throws `token_expired` for a token that is or was an access token, so that the
 * client gets another one, and `unauthorized` for any other text.
 */
export async function readAccessToken(secrets: readonly string[], token: string, now: number): Promise<Caller> {
  const known = verified.get(token) ?? (await verify(secrets, token));
  if (known !== null && known.expiresAt > now) return known.caller;
  throw new ChatError(hasClaims(token) ? "token_expired" : "unauthorized");
}

/**
 * Returns whether a text has the claims of an access token, with any signature. After a change of
 * the secret the signature of an honest token no longer fits either.
 */
function hasClaims(token: string): boolean {
  try {
    return claims.safeParse(decodeJwt(token)).success;
  } catch {
    return false;
  }
}

async function verify(secrets: readonly string[], token: string): Promise<VerifiedToken | null> {
  for (const secret of secrets) {
    try {
      const { payload } = await jwtVerify(token, await keyOf(secret), { issuer: ISSUER, algorithms: ["HS256"] });
      const { sub, sid, iat_ms, exp } = claims.parse(payload);
      const result = { caller: { user: sub, session: sid, issuedAt: iat_ms }, expiresAt: exp * 1_000 };
      return verified.set(token, result);
    } catch {
      // Expired, or signed with another secret: the next one may fit.
    }
  }
  return null;
}

/** Bound: one entry for each secret of the deployment. */
const keys = new Map<string, CryptoKey>();

async function keyOf(secret: string): Promise<CryptoKey> {
  const known = keys.get(secret);
  if (known) return known;
  const bytes = new TextEncoder().encode(secret);
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
  keys.set(secret, key);
  return key;
}
