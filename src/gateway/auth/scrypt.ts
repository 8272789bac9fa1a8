// Hashes passwords by scrypt and checks them. A hash contains its parameters, so it can be checked
// after the default has changed.
import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { assertRunnable, defaultCost, type ScryptCost } from "../../domain/password";

const KEY_BYTES = 32;
const SALT_BYTES = 16;

/**
 * Reads `log2N:r:p`; the default if the text is empty. Throws `internal` for a cost that production
 * cannot run.
 */
export function readCost(text: string): ScryptCost {
  const [log2N = Number.NaN, r = Number.NaN, p = Number.NaN] = text.split(":").map(Number);
  const cost = text ? { log2N, r, p } : defaultCost;
  assertRunnable(cost);
  return cost;
}

/**
 * Returns `scrypt$log2N:r:p$salt$key`, salt and key in base64url. Takes about 0.2 s of CPU at the
 * default cost.
 */
export function hashPassword(password: string, cost: ScryptCost): string {
  const salt = randomBytes(SALT_BYTES);
  const key = derive(password, salt, cost);
  return `scrypt$${cost.log2N}:${cost.r}:${cost.p}$${salt.toString("base64url")}$${key.toString("base64url")}`;
}

/**
 * Returns whether `password` made `hash`, and as `stale` whether the hash was made at another cost
 * than `cost`.
 */
export function checkPassword(password: string, hash: string, cost: ScryptCost): { ok: boolean; stale: boolean } {
  const [algorithm, costText = "", salt = "", key = ""] = hash.split("$");
  if (algorithm !== "scrypt") throw new TypeError(`cannot check a hash made by ${algorithm}`);
  const usedCost = readCost(costText);
  const expected = Buffer.from(key, "base64url");
  const ok = timingSafeEqual(derive(password, Buffer.from(salt, "base64url"), usedCost), expected);
  return { ok, stale: costText !== `${cost.log2N}:${cost.r}:${cost.p}` };
}

/**
 * Returns false after the time of a real check, so that time does not tell whether a handle exists.
 */
export function checkNothing(password: string, cost: ScryptCost): { ok: false; stale: false } {
  derive(password, Buffer.alloc(SALT_BYTES), cost);
  return { ok: false, stale: false };
}

/**
 * Derives a key. Normalises to NFC, so that the same password typed on another system gives the
 * same key.
 */
function derive(password: string, salt: Buffer, { log2N, r, p }: ScryptCost): Buffer {
  const N = 2 ** log2N;
  return scryptSync(password.normalize("NFC"), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r });
}
