// Texts that the server signs and later gets back, as `base64url(text) + "." +
// base64url(HMAC-SHA256)`. Everything is synchronous, so that the flush of a channel can verify a
// text without a pause.
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";

/** `label` keeps these signatures apart from everything else that the secret signs. */
const signatureOf = (secret: string, label: string, payload: string): Buffer =>
  createHmac("sha256", secret).update(`${label}\n${payload}`).digest();

/** Whether two values are equal. How long the answer takes says nothing of where they differ. */
export const isEqualInConstantTime = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other);

/** Returns a text with its signature. */
export function signText(secret: string, label: string, text: string): string {
  const payload = Buffer.from(text).toString("base64url");
  return `${payload}.${signatureOf(secret, label, payload).toString("base64url")}`;
}

/**
 * Returns the text that was signed with one of the secrets: the current one or, during a rotation,
 * the one before. Null if it is forged or damaged.
 */
export function readSignedText(secrets: readonly string[], label: string, signed: string): string | null {
  const end = signed.indexOf(".");
  const payload = signed.slice(0, Math.max(0, end));
  const signature = Buffer.from(signed.slice(end + 1), "base64url");
  const isSigned = secrets.some((secret) => isEqualInConstantTime(signature, signatureOf(secret, label, payload)));
  return isSigned ? Buffer.from(payload, "base64url").toString() : null;
}
