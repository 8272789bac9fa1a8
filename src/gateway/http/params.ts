import * as z from "zod";
import { channelId, position, userId } from "../../protocol";

export const channelParams = z.object({ channel: channelId });
export const memberParams = channelParams.extend({ user: userId });
export const messageParams = channelParams.extend({ seq: z.coerce.number().pipe(position) });
