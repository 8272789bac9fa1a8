// The secrets that the Worker requires. Each is generated once: for development into `.dev.vars`,
// for production by `npm run deploy`, which passes it to wrangler.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const makeRandom = (): string => randomBytes(32).toString("base64url");

/**
 * Returns `<public>.<private>` for VAPID_KEYS: an uncompressed P-256 point and its scalar, in
 * base64url.
 */
export function makePushKeys(): string {
  const {
    x = "",
    y = "",
    d = "",
  } = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  return `${point.toString("base64url")}.${d}`;
}

const makers: Record<string, () => string> = {
  TOKEN_SECRET: makeRandom,
  OPERATOR_TOKEN: makeRandom,
  ARCHIVE_KEY: makeRandom,
  VAPID_KEYS: makePushKeys,
};

/** The names in `[secrets] required` of wrangler.toml. */
export const secretNames = Object.keys(makers);

export const makeSecret = (name: string): string => (makers[name] ?? makeRandom)();

/** Adds the missing secrets to `.dev.vars` and keeps the rest. */
export function ensureDevelopmentSecrets(file = ".dev.vars"): void {
  const known = existsSync(file) ? readFileSync(file, "utf8") : "";
  const missing = secretNames.filter((name) => !new RegExp(`^${name}\\s*=`, "m").test(known));
  if (missing.length === 0) return;
  const lines = missing.map((name) => `${name}=${makeSecret(name)}\n`).join("");
  writeFileSync(file, known && !known.endsWith("\n") ? `${known}\n${lines}` : known + lines, { mode: 0o600 });
}
