// Who is there. Asked for, not announced: a client names the people on its screen, and hears of them until it names others.
import * as z from "zod";
import { commandId, time, userId } from "./ids";
import { limits } from "./limits";

/** What somebody wants to be seen as: as they are, not to be disturbed, or not at all. */
export const presenceMode = z.enum(["auto", "dnd", "invisible"]);

/** What others see. Who is invisible is offline to them. */
export const presenceStatus = z.enum(["online", "away", "dnd", "offline"]);

export const presenceOf = z.object({
  user: userId,
  status: presenceStatus,
  /** When they were last there; null while they are, and where it is not known. */
  activeAt: time.nullable(),
});

/** The answer to `presence.watch`, with the people it named anew; live, with who changed. Whom I share no channel with is in neither. */
export const presenceFrame = z.object({
  type: z.literal("presence"),
  id: commandId.optional(),
  people: z.array(presenceOf),
});

/** The people on my screen: instead of those named before. */
export const presenceWatch = z.object({
  id: commandId,
  type: z.literal("presence.watch"),
  users: z.array(userId).max(limits.watchedPeople),
});

/** Whether this device is in use; where none is, I am away. */
export const presenceActive = z.object({ id: commandId, type: z.literal("presence.active"), active: z.boolean() });

export type PresenceMode = z.infer<typeof presenceMode>;
export type PresenceStatus = z.infer<typeof presenceStatus>;
export type PresenceOf = z.infer<typeof presenceOf>;
