// The access token: five minutes of proof, signed, so that opening a socket reads no database. Objects refuse one that is older than the
// account's last sign-out.
import { jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import { ChatError } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import { limits, sessionId, userId } from "../../protocol";

const claims = z.object({ sub: userId, sid: sessionId, iat_ms: z.int(), exp: z.int() });
const ISSUER = "parley";

/** Signs with `secret`; answers the token and when it expires in epoch milliseconds. */
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

interface Proof {
  caller: Caller;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** Tokens this isolate has verified: one opens a socket for each channel on the screen. The oldest go. */
const proven = new Map<string, Proof>();
const PROVEN = 2_000;

/** The caller a token proves. `secrets`: today's, and during a rotation yesterday's. Throws `token_expired`. */
export async function readAccessToken(secrets: readonly string[], token: string, now: number): Promise<Caller> {
  const proof = proven.get(token) ?? (await verify(secrets, token));
  if (proof === null || proof.expiresAt <= now) throw new ChatError("token_expired");
  return proof.caller;
}

function remember(token: string, proof: Proof): void {
  proven.set(token, proof);
  for (const oldest of proven.keys()) {
    if (proven.size <= PROVEN) return;
    proven.delete(oldest);
  }
}

async function verify(secrets: readonly string[], token: string): Promise<Proof | null> {
  for (const secret of secrets) {
    try {
      const { payload } = await jwtVerify(token, await keyOf(secret), { issuer: ISSUER, algorithms: ["HS256"] });
      const { sub, sid, iat_ms, exp } = claims.parse(payload);
      const proof = { caller: { user: sub, session: sid, issuedAt: iat_ms }, expiresAt: exp * 1_000 };
      remember(token, proof);
      return proof;
    } catch {
      // Not signed with this one, or expired: the next may fit, and if none does the token is worth nothing.
    }
  }
  return null;
}

const keys = new Map<string, CryptoKey>();

async function keyOf(secret: string): Promise<CryptoKey> {
  const known = keys.get(secret);
  if (known) return known;
  const bytes = new TextEncoder().encode(secret);
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
  keys.set(secret, key);
  return key;
}
