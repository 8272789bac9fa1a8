// Checks what `web-push-testing` does not: the audience and the expiry of the signature, and the
// size of the request.
import type { IncomingHttpHeaders } from "node:http";
import * as z from "zod";

const DAY_S = 86_400;
/** The size that every push service has to accept (RFC 8030, 7.2). */
const MAX_BYTES = 4_096;

const claims = z.object({ aud: z.string(), exp: z.number(), sub: z.string().optional() });

/** Empty where nothing is wrong. `origin` is that of the push service. */
export function signatureFlaw(headers: IncomingHttpHeaders, bytes: number, origin: string, nowS: number): string {
  if (headers["content-encoding"] !== "aes128gcm") return `the encoding ${headers["content-encoding"]}`;
  if (bytes > MAX_BYTES) return `${bytes} bytes`;
  const token = /^vapid .*?\bt=([\w.-]+)/.exec(headers.authorization ?? "")?.[1];
  const decoded = claims.safeParse(parsed(token?.split(".")[1]));
  if (!decoded.success) return "no claims";
  const { aud, exp, sub } = decoded.data;
  if (aud !== origin) return `signed for ${aud}`;
  if (exp <= nowS || exp > nowS + DAY_S) return `expires in ${exp - nowS} s`;
  return sub === undefined || /^(mailto:|https:)/.test(sub) ? "" : `the contact ${sub}`;
}

function parsed(part: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(part ?? "", "base64url").toString("utf8"));
  } catch {
    return null;
  }
}
