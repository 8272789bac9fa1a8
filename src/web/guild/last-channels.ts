// The channel of each guild that was open last, so that a return to the guild opens it again. Kept
// until the page is closed.
import type { InboxEntry } from "../../sdk";

const lastChannels = new Map<string, string>();

/** Remembers the open channel, if it is one of a guild. */
export function rememberChannel({ id, guild }: InboxEntry): void {
  if (guild !== undefined) lastChannels.set(guild, id);
}

export const lastChannelOf = (guild: string): string | null => lastChannels.get(guild) ?? null;
