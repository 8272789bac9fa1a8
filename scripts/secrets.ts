// The secrets a Worker cannot start without, made once: for development into `.dev.vars`, for production through wrangler.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Names in `[secrets] required` of wrangler.toml. */
export const secretNames = ["TOKEN_SECRET", "OPERATOR_TOKEN", "ARCHIVE_KEY"];

export const makeSecret = (): string => randomBytes(32).toString("base64url");

/** Adds what is missing in `.dev.vars` and leaves the rest as it is. */
export function ensureDevelopmentSecrets(file = ".dev.vars"): void {
  const known = existsSync(file) ? readFileSync(file, "utf8") : "";
  const missing = secretNames.filter((name) => !new RegExp(`^${name}\\s*=`, "m").test(known));
  if (missing.length === 0) return;
  const lines = missing.map((name) => `${name}=${makeSecret()}\n`).join("");
  writeFileSync(file, known && !known.endsWith("\n") ? `${known}\n${lines}` : known + lines, { mode: 0o600 });
}
