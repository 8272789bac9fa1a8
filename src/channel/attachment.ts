import * as z from "zod";
import { position, sessionId, time, userId } from "../protocol";

/** What a channel socket carries through hibernation. */
export const attachment = z.object({
  user: userId,
  session: sessionId,
  issuedAt: time,
  connectedAt: time,
  /** The running client it belongs to; null where that was not told. */
  device: z.string().nullable().default(null),
  /** Whether nobody looks at it. */
  background: z.boolean().default(false),
  /** Whether it has read up to the head and takes part in the broadcast. */
  joined: z.boolean(),
  /** The highest mark set through this socket. */
  read: position,
});

export type Attachment = z.infer<typeof attachment>;
