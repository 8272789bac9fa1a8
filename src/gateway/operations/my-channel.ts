import { findChannel } from "../../directory/channels";
import { ChatError } from "../../domain/error";
import type { Channel, Role } from "../../protocol";
import type { GatewayContext } from "../http/context";

/** A channel the caller is in. Throws `not_found` for every other, there or not. */
export async function myChannel(c: GatewayContext, id: string): Promise<Channel> {
  const channel = await findChannel(c.get("db"), id, c.get("account").id);
  if (!channel) throw new ChatError("not_found");
  return channel;
}

/** What the caller is in a channel of theirs. */
export function myRole(c: GatewayContext, channel: Channel): Role {
  const me = channel.members.find((member) => member.user.id === c.get("account").id);
  if (!me) throw new ChatError("not_found");
  return me.role;
}
