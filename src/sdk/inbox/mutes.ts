import { putMute } from "../../protocol";
import type { InboxEntry } from "../channel/views";
import { parsed } from "../parley-error";
import type { Wishable } from "./setting-sync";

/** Until when a channel is to be silent. */
export const mutes: Wishable<number> = {
  path: "mute",
  usual: 0,
  bodyOf: (until) => parsed(putMute.safeParse({ until })),
};

/** Whether the channel is silent at `now`. */
export const isMuted = ({ mutedUntil }: Pick<InboxEntry, "mutedUntil">, now: number): boolean => now < mutedUntil;
