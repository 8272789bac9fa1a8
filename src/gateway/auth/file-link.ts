// Addresses of files that need no sign-in, for players and embeds that send no cookie and no token.
// The signature proves who asked for the address; every use is checked like a request of that
// person.
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
import { readSignedText, signText } from "../../runtime/signed-text";

const content = z.object({
  attachment: attachmentId,
  variant: servedVariant,
  user: userId,
  session: sessionId,
  issuedAt: z.int(),
  expires: z.int(),
});

const LABEL = "parley file link";

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
  return { link: signText(secret, LABEL, json), expiresAt };
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
  const json = readSignedText(secrets, LABEL, link);
  const said = json === null ? null : content.safeParse(JSON.parse(json)).data;
  if (!said || said.attachment !== attachment || said.variant !== variant || said.expires <= now)
    throw new ChatError("unauthorized", "the address is not valid, or no longer");
  return { user: said.user, session: said.session, issuedAt: said.issuedAt };
}
