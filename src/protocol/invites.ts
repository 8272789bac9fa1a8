// Invites: links by which people enter a group or a guild, or open a chat with a person.
import * as z from "zod";
import { channelId, guildId, roleId, time, userId } from "./ids";
import { limits } from "./limits";
import { channel } from "./rest";

/**
 * What an invite leads to: membership of a group or a guild, or the direct channel with a person.
 */
export const inviteKind = z.enum(["group", "person", "guild"]);

/** The digits of base 58: letters and digits without those that look like others (0, O, I, l). */
export const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/**
 * Creates an invite. `forMs` is how long it lasts, by the server's clock; null for no end.
 * `maxUses` is how many people it admits; null for any number.
 */
export const newInvite = z
  .object({
    forMs: z.int().min(limits.inviteMinMs).max(limits.inviteMaxMs).nullable().default(limits.inviteMs),
    maxUses: z.int().min(1).max(limits.inviteUses).nullable().default(null),
  })
  .meta({ id: "NewInvite" });

/**
 * Creates an invite to a guild. `channel` is opened first; null for the welcome channel. `roles`
 * are given to those who join: each must be one that the creator may give.
 */
export const newGuildInvite = newInvite
  .extend({
    channel: channelId.nullable().default(null),
    roles: z.array(roleId).max(limits.rolesPerInvite).default([]),
  })
  .meta({ id: "NewGuildInvite" });

/** An invite, as those see it who may revoke it. */
export const invite = z
  .object({
    /** Ten characters of base 58. The link is `/i/<code>` on the page's origin. */
    code: z.string(),
    kind: inviteKind,
    /** The group, or the channel of the guild that is opened first; null for none. */
    channel: channelId.nullable(),
    /** The guild. Absent for other invites. */
    guild: guildId.optional(),
    /** The roles that the invite gives, as far as they exist. Absent for other invites. */
    roles: z.array(roleId).optional(),
    createdBy: userId,
    createdAt: time,
    /** Null for no end. */
    expiresAt: time.nullable(),
    /** Null for any number. */
    maxUses: z.int().min(1).nullable(),
    uses: z.int().min(0),
    /** When it last admitted a person; null if never. */
    usedAt: time.nullable(),
  })
  .meta({ id: "Invite" });
export const inviteList = z.object({ items: z.array(invite), next: z.string().nullable() }).meta({ id: "InviteList" });

/** What everyone who has the link may know of its target. */
export const invitePreview = z
  .object({
    kind: inviteKind,
    /** The name of the group, the guild or the person. */
    name: z.string(),
    /** The colour of the icon: one of `ICON_TONES`. */
    tone: z.int().min(0),
    /** The colour of the icon of a guild: 24 bits of red, green and blue. Absent for others. */
    color: z.int().min(0).optional(),
    /**
     * The number of members of a group or a guild, rounded down to 10, 20, 50, 100 and so on; 0
     * below 10, and for a person. A guild is counted up to 1,000.
     */
    members: z.int().min(0),
    /**
     * The channel, if I am a member already; of a guild the one that is opened first, if I can see
     * one. Absent without a sign-in.
     */
    channel: channelId.optional(),
    /** The guild, if I am a member already. Absent without a sign-in. */
    guild: guildId.optional(),
    /** Whether this is my own link to a chat with me. */
    isOwn: z.boolean(),
  })
  .meta({ id: "InvitePreview" });

/** Where the use of an invite to a guild has led. */
export const enteredGuild = z
  .object({
    kind: z.literal("entered"),
    guild: guildId,
    /** The channel to open first; null if I can see none. */
    channel: channelId.nullable(),
  })
  .meta({ id: "EnteredGuild" });

/** What the use of an invite answers: the channel of a group or a person, or the guild. */
export const usedInvite = z.union([channel, enteredGuild]);

/** How many colours icons have. */
export const ICON_TONES = 8;

/** Returns the colour of the icon of a person, a group or a guild: a number below `ICON_TONES`. */
export function iconTone(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
  return hash % ICON_TONES;
}

export type InviteKind = z.infer<typeof inviteKind>;
export type NewGuildInvite = z.output<typeof newGuildInvite>;
export type Invite = z.infer<typeof invite>;
export type EnteredGuild = z.infer<typeof enteredGuild>;
export type InvitePreview = z.infer<typeof invitePreview>;
