// The secrets a Worker cannot start without, made once: for development into `.dev.vars`, for production through wrangler.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const makeRandom = (): string => randomBytes(32).toString("base64url");

/** `<public>.<private>` for VAPID_KEYS: base64url of an uncompressed P-256 point and of its number. */
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

/** Names in `[secrets] required` of wrangler.toml. */
export const secretNames = Object.keys(makers);

export const makeSecret = (name: string): string => (makers[name] ?? makeRandom)();

/** Adds what is missing in `.dev.vars` and leaves the rest as it is. */
export function ensureDevelopmentSecrets(file = ".dev.vars"): void {
  const known = existsSync(file) ? readFileSync(file, "utf8") : "";
  const missing = secretNames.filter((name) => !new RegExp(`^${name}\\s*=`, "m").test(known));
  if (missing.length === 0) return;
  const lines = missing.map((name) => `${name}=${makeSecret(name)}\n`).join("");
  writeFileSync(file, known && !known.endsWith("\n") ? `${known}\n${lines}` : known + lines, { mode: 0o600 });
}
