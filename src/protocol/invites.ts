// Invites: links by which people become members of a group, or open a chat with a person.
import * as z from "zod";
import { channelId, time, userId } from "./ids";
import { limits } from "./limits";

/** What an invite leads to: membership of a group, or the direct channel with a person. */
export const inviteKind = z.enum(["group", "person"]);

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

/** An invite, as those see it who may revoke it. */
export const invite = z
  .object({
    /** Ten characters of base 58. The link is `/i/<code>` on the page's origin. */
    code: z.string(),
    kind: inviteKind,
    /** The group; null for an invite to a person. */
    channel: channelId.nullable(),
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
    /** The name of the group or the person. */
    name: z.string(),
    /** The colour of the icon: one of `ICON_TONES`. */
    tone: z.int().min(0),
    /**
     * The number of members of a group, rounded down to 10, 20, 50, 100 and so on; 0 below 10, and
     * for a person.
     */
    members: z.int().min(0),
    /** The channel, if I am a member already. Absent without a sign-in. */
    channel: channelId.optional(),
    /** Whether this is my own link to a chat with me. */
    isOwn: z.boolean(),
  })
  .meta({ id: "InvitePreview" });

/** How many colours icons have. */
export const ICON_TONES = 8;

/** Returns the colour of the icon of a person or a group: a number below `ICON_TONES`. */
export function iconTone(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
  return hash % ICON_TONES;
}

export type InviteKind = z.infer<typeof inviteKind>;
export type Invite = z.infer<typeof invite>;
export type InvitePreview = z.infer<typeof invitePreview>;
