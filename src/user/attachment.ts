import * as z from "zod";
import { sessionId, time, userId } from "../protocol";

/** What a user socket carries through hibernation. */
export const attachment = z.object({
  user: userId,
  session: sessionId,
  issuedAt: time,
  connectedAt: time,
  /** The running client it belongs to; null where that was not told. */
  device: z.string().nullable().default(null),
  /** Whether somebody uses it. */
  active: z.boolean().default(true),
  /** Whose presence it follows. */
  watching: z.array(userId).default([]),
});

export type Attachment = z.infer<typeof attachment>;
