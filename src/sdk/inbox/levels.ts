import { type NotifyLevel, putLevel } from "../../protocol";
import { parsed } from "../parley-error";
import type { Wishable } from "./setting-sync";

/** Of how much of a channel I want to be told. */
export const levels: Wishable<NotifyLevel> = {
  path: "level",
  usual: "all",
  bodyOf: (level) => parsed(putLevel.safeParse({ level })),
};
