// What a server says of itself: where it answers, which limits it enforces and what it offers.
import * as z from "zod";

/** The names by which the platform places an object near people. */
export const locationHint = z.enum(["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"]);

/**
 * What this version of the server can do beyond the first one. A client hides what a server does
 * not name. Later servers have more names.
 */
export const serverFeatures = ["search", "requests", "invites", "registration", "guildInvites", "guildHeads"] as const;

export const serverInfo = z
  .object({
    addresses: z.object({
      /** The base of the HTTP API. */
      api: z.string(),
      /** The user socket. */
      userSocket: z.string(),
      /** The socket of a channel. `{channel}` stands for its id. */
      channelSocket: z.string(),
      /** The socket of a guild. `{guild}` stands for its id. An earlier server leaves it out. */
      guildSocket: z.string().optional(),
      /** The link of an invite. `{code}` stands for its code. */
      invite: z.string(),
    }),
    region: z.object({
      /** The airport code of the data centre that answered; null if the platform does not say. */
      servedFrom: z.string().nullable(),
      /** The hint for objects near the caller; null if the platform does not say where that is. */
      hint: z.string().nullable(),
      /** Every hint that the platform knows. */
      hints: z.array(z.string()),
    }),
    /** Limits in force, by their names in `limits`. */
    limits: z.record(z.string(), z.number()),
    /** Rates in force, by their names in `rates`. */
    rates: z.record(z.string(), z.object({ burst: z.number(), everyMs: z.number() })),
    /** Names of `serverFeatures`, also of later ones. */
    features: z.array(z.string()),
    /** Which devices the deployment can notify: browsers (Web Push) and apps (FCM). */
    push: z.object({ web: z.boolean(), apps: z.boolean() }),
  })
  .meta({ id: "ServerInfo" });

export type LocationHint = z.infer<typeof locationHint>;
export type ServerInfo = z.infer<typeof serverInfo>;
