import { findChannel } from "../../directory/channels";
import { ChatError } from "../../domain/error";
import type { ChannelInfo } from "../../protocol";
import type { GatewayContext } from "../http/context";

/**
 * Returns a channel that the caller is a member of. Throws `not_found` for any other id, whether
 * the channel exists or not.
 */
export async function myChannel(c: GatewayContext, id: string): Promise<ChannelInfo> {
  const channel = await findChannel(c.get("db"), id, c.get("account").id);
  if (!channel) throw new ChatError("not_found");
  return channel;
}
