// Addresses of files that need no sign-in, for players and embeds that send no cookie and no token.
// The signature proves who asked for the address; every use is checked like a request of that
// person.
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { ChatError } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import {
  type AttachmentId,
  attachmentId,
  limits,
  type ServedVariant,
  servedVariant,
  sessionId,
  userId,
} from "../../protocol";

const content = z.object({
  attachment: attachmentId,
  variant: servedVariant,
  user: userId,
  session: sessionId,
  issuedAt: z.int(),
  expires: z.int(),
});

/** The words keep these signatures apart from everything else that the secret signs. */
const sign = (secret: string, payload: string): Buffer =>
  createHmac("sha256", secret).update(`parley file link\n${payload}`).digest();

/** Signs an address of a file for a caller. `expiresAt` is in epoch milliseconds. */
export function signFileLink(
  secret: string,
  caller: Caller,
  attachment: AttachmentId,
  variant: ServedVariant,
  now: number,
): { link: string; expiresAt: number } {
  const expiresAt = now + limits.fileLinkMs;
  const { user, session, issuedAt } = caller;
  const json = JSON.stringify({ attachment, variant, user, session, issuedAt, expires: expiresAt } satisfies z.input<
    typeof content
  >);
  const payload = Buffer.from(json).toString("base64url");
  return { link: `${payload}.${sign(secret, payload).toString("base64url")}`, expiresAt };
}

/**
 * Returns who asked for an address. Throws `unauthorized` if it is forged, of another file, or too
 * old.
 */
export function readFileLink(
  secrets: readonly string[],
  link: string,
  attachment: AttachmentId,
  variant: ServedVariant,
  now: number,
): Caller {
  const end = link.indexOf(".");
  const payload = link.slice(0, Math.max(0, end));
  const signature = Buffer.from(link.slice(end + 1), "base64url");
  const isSigned = secrets.some((secret) => {
    const expected = sign(secret, payload);
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  });
  const parsed = isSigned ? content.safeParse(JSON.parse(Buffer.from(payload, "base64url").toString())) : null;
  const said = parsed?.data;
  if (!said || said.attachment !== attachment || said.variant !== variant || said.expires <= now)
    throw new ChatError("unauthorized", "the address is not valid, or no longer");
  return { user: said.user, session: said.session, issuedAt: said.issuedAt };
}
