// Where everything lies and how it is set: the one argument of `host.ts`, and what the tests know of it.
import * as z from "zod";
import { makePushKeys } from "../../scripts/secrets.ts";
import { queues } from "../masses/queues.ts";

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

export const hosting = z.object({
  port: z.int(),
  /** The folder of everything that is stored. */
  state: z.string(),
  script: z.string(),
  compatibilityDate: z.string(),
  compatibilityFlags: z.array(z.string()),
  queues,
  bindings: z.record(z.string(), z.string()),
});

export type Hosting = z.infer<typeof hosting>;
