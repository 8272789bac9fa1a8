import { type NotifyLevel, putLevel } from "../protocol";
import type { Wishable } from "./channel-wishes";
import { parsed } from "./parley-error";

/** Of how much of a channel I want to be told. */
export const levels: Wishable<NotifyLevel> = {
  path: "level",
  usual: "all",
  bodyOf: (level) => parsed(putLevel.safeParse({ level })),
};
