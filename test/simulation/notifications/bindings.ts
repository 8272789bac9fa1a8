// How the server is set.
import { makePushKeys } from "../../../scripts/secrets.ts";
import { rates } from "../../../src/protocol/limits.ts";

const raised = { burst: 1_000_000, everyMs: 0.001 };
const secret = "a secret of the suite of notifications, long enough for HS256";

/** `origin`: the only push service that the server may turn to. */
export const bindingsFor = (origin: string): Record<string, string> => ({
  RATES: JSON.stringify(Object.fromEntries(Object.keys(rates).map((name) => [name, raised]))),
  ALLOWED_ORIGINS: "",
  SCRYPT_COST: "4:8:1",
  ARCHIVES: "DIRECTORY",
  TOKEN_SECRET: secret,
  OPERATOR_TOKEN: secret,
  ARCHIVE_KEY: secret,
  VAPID_KEYS: makePushKeys(),
  PUSH_HOSTS: origin,
  PUSH_CONTACT: "",
});
