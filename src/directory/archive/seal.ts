// Entries are sealed before they leave their channel: what SQLite leaves behind of a deleted row in the free space of its pages, in its write-ahead log
// and in the backups of a database is of no use to anybody without the key, which no database holds.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { ArchivedEntry } from "../../domain/archive";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Two keys out of the deployment's secret: one hides, the other names. */
export function keysOf(secret: string): { seal: Uint8Array; tokens: Uint8Array } {
  const derive = (use: string) => new Uint8Array(hkdfSync("sha256", secret, "parley archive", use, 32));
  return { seal: derive("seal"), tokens: derive("tokens") };
}

/** AES-256-GCM, bound to the place of the entry: base64 of iv, ciphertext and tag. */
export function seal(key: Uint8Array, place: string, entry: ArchivedEntry): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(place));
  const sealed = [iv, cipher.update(JSON.stringify(entry), "utf8"), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString("base64");
}

/** The entry as it was sealed; null for what was not sealed with this key for this place. */
export function unseal(key: Uint8Array, place: string, sealed: string): ArchivedEntry | null {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.length <= IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES));
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    return JSON.parse(text.toString("utf8"));
  } catch {
    // Another key, or not what was stored: to whoever asks it is not there, and the comparison says so.
    return null;
  }
}
