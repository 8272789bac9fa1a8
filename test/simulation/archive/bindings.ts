// How the server is set, and what the tests know of it.
import { makePushKeys } from "../../../scripts/secrets.ts";

export const ARCHIVE_KEY = "the key of the archive of these tests";
export const OPERATOR_TOKEN = "the-operator-of-these-tests";

const raised = { burst: 1_000_000, everyMs: 0.001 };
const rated = ["send", "ask", "signIn", "signInAddress", "register", "directory", "search", "push"];

export const bindings = {
  RATES: JSON.stringify(Object.fromEntries(rated.map((name) => [name, raised]))),
  ALLOWED_ORIGINS: "",
  SCRYPT_COST: "4:8:1",
  ARCHIVES: "DIRECTORY",
  TOKEN_SECRET: "a secret of these tests, long enough for HS256",
  OPERATOR_TOKEN,
  ARCHIVE_KEY,
  VAPID_KEYS: makePushKeys(),
  PUSH_HOSTS: "",
  PUSH_CONTACT: "",
};
