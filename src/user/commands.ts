// What a device asks of the object of its person.
import type { FrameOf, ServerFrame, UserCommand } from "../protocol";
import type { Attached } from "../runtime/sockets";
import type { Attachment } from "./socket-state";
import { sync } from "./sync";
import type { User } from "./user";

export async function perform(me: User, device: Attached<Attachment>, command: UserCommand): Promise<ServerFrame> {
  const { user } = device.attachment;
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

function setActive(me: User, device: Attached<Attachment>, active: boolean, id: string): FrameOf<"ack"> {
  if (device.attachment.active !== active) {
    me.sockets.keep(device, { ...device.attachment, active });
    me.presence.heardOf(device.attachment.user);
  }
  return { type: "ack", id, seq: 0 };
}
