// The column `guild` of the log: the channel's mirror of its guild, as JSON.
import * as z from "zod";
import type { GuildMirror } from "../../domain/guild-mirror";
import { guildChannelType } from "../../protocol";

const words = z.object({ low: z.int(), high: z.int() });
const storedMirror: z.ZodType<GuildMirror> = z.object({
  guild: z.string(),
  owner: z.string(),
  revision: z.int(),
  type: guildChannelType,
  isWelcome: z.boolean(),
  slowModeSeconds: z.int().optional(),
  /** Mirrors of an earlier version have none. */
  isLarge: z.boolean().default(false),
  roles: z.array(
    z.object({
      id: z.string(),
      position: z.int(),
      permissions: words,
      name: z.string().optional(),
      mentionable: z.boolean().optional(),
    }),
  ),
  overrides: z.array(z.object({ of: z.enum(["role", "member"]), id: z.string(), allow: words, deny: words })),
});

/** Returns the mirror in a column; null outside of guilds. */
export const readGuildColumn = (column: string | null): GuildMirror | null =>
  column === null ? null : storedMirror.parse(JSON.parse(column));
