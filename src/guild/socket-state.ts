import type * as z from "zod";
import { guildId } from "../protocol";
import { openedSocket } from "../runtime/identity";

/** What a socket of a guild carries through hibernation. */
export const guildSocketState = openedSocket.extend({ guild: guildId });

export type GuildSocketState = z.infer<typeof guildSocketState>;
