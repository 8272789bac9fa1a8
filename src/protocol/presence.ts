// Presence. A client names the people on its screen and gets their presence until it names others.
import * as z from "zod";
import { commandId, time, userId } from "./ids";
import { limits } from "./limits";

/** How a person wants to be seen: as they are, as not to be disturbed, or as offline. */
export const presenceMode = z.enum(["auto", "dnd", "invisible"]);

/** What others see. An invisible person is `offline`. */
export const presenceStatus = z.enum(["online", "away", "dnd", "offline"]);

export const presenceOf = z.object({
  user: userId,
  status: presenceStatus,
  /** When the person was last online; null while they are online, and when it is unknown. */
  activeAt: time.nullable(),
});

/**
 * The answer to `presence.watch`, with the people that were not watched before. A live update has
 * the people whose presence changed. People without a channel in common with me are in neither.
 */
export const presenceFrame = z.object({
  type: z.literal("presence"),
  id: commandId.optional(),
  people: z.array(presenceOf),
});

/** Watches the people on my screen, and no longer those named before. */
export const presenceWatch = z.object({
  id: commandId,
  type: z.literal("presence.watch"),
  users: z.array(userId).max(limits.watchedPeople),
});

/** Sets whether this device is in use. Without a device in use I am `away`. */
export const presenceActive = z.object({ id: commandId, type: z.literal("presence.active"), active: z.boolean() });

export type PresenceMode = z.infer<typeof presenceMode>;
export type PresenceStatus = z.infer<typeof presenceStatus>;
export type PresenceOf = z.infer<typeof presenceOf>;
