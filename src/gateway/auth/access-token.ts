// The access token: five minutes of proof, signed, so that opening a socket reads no database. Objects refuse one that is older than the
// account's last sign-out.
import { jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import { ChatError } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import { limits, sessionId, userId } from "../../protocol";

const claims = z.object({ sub: userId, sid: sessionId, iat_ms: z.int() });
const ISSUER = "parley";

/** Signs with `secret`; answers the token and when it expires in epoch milliseconds. */
export async function signAccessToken(secret: string, caller: Caller): Promise<{ token: string; expiresAt: number }> {
  const expiresAt = caller.issuedAt + limits.accessTokenMs;
  const token = await new SignJWT({ sid: caller.session, iat_ms: caller.issuedAt })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(ISSUER)
    .setSubject(caller.user)
    .setExpirationTime(Math.ceil(expiresAt / 1000))
    .sign(keyOf(secret));
  return { token, expiresAt };
}

/** The caller a token proves. `secrets`: today's, and during a rotation yesterday's. Throws `token_expired`. */
export async function readAccessToken(secrets: readonly string[], token: string): Promise<Caller> {
  for (const secret of secrets) {
    try {
      const { payload } = await jwtVerify(token, keyOf(secret), { issuer: ISSUER, algorithms: ["HS256"] });
      const { sub, sid, iat_ms } = claims.parse(payload);
      return { user: sub, session: sid, issuedAt: iat_ms };
    } catch {
      // Not signed with this one, or expired: the next may fit, and if none does the token is worth nothing.
    }
  }
  throw new ChatError("token_expired");
}

const keyOf = (secret: string): Uint8Array => new TextEncoder().encode(secret);
