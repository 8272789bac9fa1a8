// Requests: strangers who ask a person into a channel. The person accepts or declines.
import * as z from "zod";
import { channelId, time } from "./ids";
import { preview } from "./inbox";
import { limits } from "./limits";
import { profile } from "./rest";
import { channelKind } from "./roles";

/** A request to me that I have not answered. */
export const channelRequest = z
  .object({
    channel: channelId,
    kind: channelKind,
    /** The name of the group; empty for a direct channel. */
    name: z.string(),
    /** Who asks. */
    from: profile,
    createdAt: time,
    /** The number of members of the channel. */
    members: z.int().min(0).max(limits.groupMembers),
    /** The newest message of a direct channel; null in a group, and if there is no message. */
    preview: preview.nullable(),
  })
  .meta({ id: "ChannelRequest" });
export const channelRequestList = z
  .object({ items: z.array(channelRequest), next: z.string().nullable() })
  .meta({ id: "ChannelRequestList" });

export type ChannelRequest = z.infer<typeof channelRequest>;
