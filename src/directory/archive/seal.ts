// Encrypts entries before they leave their channel. What SQLite keeps of a deleted row, in free
// pages, in the write-ahead log and in backups, cannot be read without the key, which no database
// holds.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A text of more bytes is compressed before it is sealed. A short one would not become shorter. */
const COMPRESS_BYTES = 512;
/** The first byte of a compressed entry. One that is not compressed is JSON and begins with "{". */
const COMPRESSED = 1;

/**
 * Derives two keys from the deployment's secret: one to seal entries, one to make search tokens.
 */
export function keysOf(secret: string): { seal: Uint8Array; tokens: Uint8Array } {
  const derive = (use: string) => new Uint8Array(hkdfSync("sha256", secret, "parley archive", use, 32));
  return { seal: derive("seal"), tokens: derive("tokens") };
}

/**
 * Encrypts the JSON of an entry with AES-256-GCM, bound to its key (`keyOf`). Returns base64 of IV,
 * ciphertext and tag.
 */
export function seal(key: Uint8Array, entryKey: string, json: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(entryKey));
  const sealed = [iv, cipher.update(pack(json)), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString("base64");
}

/**
 * Returns the sealed JSON, parsed; null if it was sealed with another key or for another entry.
 */
export function unseal(key: Uint8Array, entryKey: string, sealed: string): unknown {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.length <= IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES));
  decipher.setAAD(Buffer.from(entryKey));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const packed = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    return JSON.parse(unpack(packed).toString("utf8"));
  } catch {
    // The key is another one, or the text is not what was stored. The entry counts as missing, and
    // a comparison reports it.
    return null;
  }
}

function pack(json: string): Buffer {
  const plain = Buffer.from(json);
  if (plain.length <= COMPRESS_BYTES) return plain;
  const compressed = deflateRawSync(plain);
  return compressed.length + 1 < plain.length ? Buffer.concat([Buffer.of(COMPRESSED), compressed]) : plain;
}

const unpack = (packed: Buffer): Buffer => (packed[0] === COMPRESSED ? inflateRawSync(packed.subarray(1)) : packed);
