import * as z from "zod";
import { userId } from "../protocol";
import { openedSocket } from "../runtime/identity";

/** What a user socket carries through hibernation. */
export const userSocketState = openedSocket.extend({
  /** Whether somebody uses it. */
  active: z.boolean().default(true),
  /** Whose presence it follows. */
  watching: z.array(userId).default([]),
});

export type UserSocketState = z.infer<typeof userSocketState>;
