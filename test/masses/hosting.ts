// What an operator of the crowd wants to vary, and where everything lies: the one argument of `miniflare-host.ts`.
import * as z from "zod";
import { queues } from "./queues.ts";

export const hosting = z.object({
  port: z.int(),
  /** The folder of everything that is stored. */
  state: z.string(),
  script: z.string(),
  compatibilityDate: z.string(),
  compatibilityFlags: z.array(z.string()),
  /** The variable `RATES`, as JSON. */
  rates: z.string(),
  /** As Miniflare takes them. */
  queues,
  /** The variables of wrangler.toml, of which some are said otherwise here. */
  vars: z.record(z.string(), z.unknown()),
  /** Names of the secrets it cannot start without. */
  secrets: z.array(z.string()),
  /** Whether the directory's tables are still to be made. */
  fresh: z.boolean(),
});

export type Hosting = z.infer<typeof hosting>;
