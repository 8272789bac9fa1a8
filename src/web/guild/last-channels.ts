// The channel of each guild that was open last, so that a return to the guild opens it again. Kept
// until the page is closed.
import type { InboxEntry } from "../../sdk";

const lastChannels = new Map<string, string>();
const guilds = new Map<string, string>();

/** Remembers the open channel, if it is one of a guild. */
export function rememberChannel({ id, guild }: InboxEntry): void {
  if (guild === undefined) return;
  lastChannels.set(guild, id);
  guilds.set(id, guild);
}

export const lastChannelOf = (guild: string): string | null => lastChannels.get(guild) ?? null;

/** Returns the guild of a channel that was open, also after it is gone. */
export const formerGuildOf = (channel: string): string | null => guilds.get(channel) ?? null;
