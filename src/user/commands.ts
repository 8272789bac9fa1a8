// What a device asks of the object of its person.
import type { FrameOf, ServerFrame, UserCommand } from "../protocol";
import type { ConnectedSocket } from "../runtime/sockets";
import { sync } from "./inbox-sync";
import type { UserSocketState } from "./socket-state";
import type { UserParts } from "./user";

export async function perform(
  me: UserParts,
  device: ConnectedSocket<UserSocketState>,
  command: UserCommand,
): Promise<ServerFrame> {
  const { user } = device.state;
  me.asks.take(user, me.now());
  switch (command.type) {
    case "inbox.sync":
      return sync(me, user, command);
    case "presence.watch":
      return me.watching.watch(device, user, command.users, command.id);
    case "presence.active":
      return setActive(me, device, command.active, command.id);
  }
}

function setActive(
  me: UserParts,
  device: ConnectedSocket<UserSocketState>,
  active: boolean,
  id: string,
): FrameOf<"ack"> {
  if (device.state.active !== active) {
    me.sockets.setState(device, { ...device.state, active });
    me.presence.heardOf(device.state.user);
  }
  return { type: "ack", id, seq: 0 };
}
