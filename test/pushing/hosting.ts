// What the suite and the program that hosts the server say to each other.
import { createECDH } from "node:crypto";
import * as z from "zod";
import { rates } from "../../src/protocol/limits.ts";

const queue = z.object({
  maxBatchSize: z.number().optional(),
  maxBatchTimeout: z.number().optional(),
  maxRetries: z.number().optional(),
  retryDelay: z.number().optional(),
  deadLetterQueue: z.string().optional(),
});

export const hosting = z.object({
  port: z.int(),
  /** The folder of everything that is stored. */
  state: z.string(),
  /** Where the statements lie that make a directory; null where there is one. */
  migrations: z.string().nullable(),
  script: z.string(),
  compatibilityDate: z.string(),
  compatibilityFlags: z.array(z.string()),
  /** Queues by binding. */
  producers: z.record(z.string(), z.string()),
  /** By queue. */
  consumers: z.record(z.string(), queue),
  bindings: z.record(z.string(), z.string()),
});

export type Hosting = z.infer<typeof hosting>;

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
  VAPID_KEYS: vapidKeys(),
  PUSH_HOSTS: origin,
  PUSH_CONTACT: "",
});

/** A pair of its own for every run. */
function vapidKeys(): string {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  const secretKey = Buffer.alloc(32);
  const scalar = pair.getPrivateKey();
  scalar.copy(secretKey, 32 - scalar.length);
  return `${pair.getPublicKey("base64url")}.${secretKey.toString("base64url")}`;
}
