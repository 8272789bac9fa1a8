import * as z from "zod";
import { userId } from "../protocol";
import { openedSocket } from "../runtime/identity";

/** What a user socket carries through hibernation. */
export const userSocketState = openedSocket.extend({
  /** Whether the person is using the device. */
  active: z.boolean().default(true),
  /** The users whose presence the device watches. */
  watching: z.array(userId).default([]),
});

export type UserSocketState = z.infer<typeof userSocketState>;
