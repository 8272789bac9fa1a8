// Who sent a command and how it is answered: a socket, or one command of an HTTP request.
import { ChatError } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import type { MirroredMember } from "../../domain/roster";
import type { ServerFrame } from "../../protocol";
import type { ConnectedSocket } from "../../runtime/sockets";
import type { Channel } from "../channel";
import type { ChannelSocketState } from "../members/socket-state";

export interface CommandSource {
  /** The socket; null over HTTP. */
  connected: ConnectedSocket<ChannelSocketState> | null;
  /**
   * The member who sent the command. Throws for a former member, or where the session has ended.
   */
  admit(): MirroredMember;
  answer(frame: ServerFrame): void;
}

/** A socket. It counts until it is closed: a removal or the end of its session closes it. */
export function socketSource(channel: Channel, connected: ConnectedSocket<ChannelSocketState>): CommandSource {
  return {
    connected,
    admit: () => {
      if (!channel.sockets.get(connected.socket)) throw new ChatError("not_found");
      return channel.roster.member(connected.state.user);
    },
    answer: (frame) => channel.broadcaster.send(connected, frame),
  };
}

export function requestSource(channel: Channel, caller: Caller, answer: (frame: ServerFrame) => void): CommandSource {
  return { connected: null, admit: () => channel.roster.admit(caller), answer };
}
