// The source of a command: who sent it and how to answer them. It is a socket or an HTTP request.
import { ChatError } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import type { MirroredMember } from "../../domain/roster";
import { tuning } from "../../domain/tuning";
import type { ServerFrame } from "../../protocol";
import type { ConnectedSocket } from "../../runtime/sockets";
import type { Channel } from "../channel";
import type { ChannelSocketState } from "../members/socket-state";

export interface CommandSource {
  /** The socket that sent the command; null for an HTTP request. */
  connected: ConnectedSocket<ChannelSocketState> | null;
  user: string;
  /**
   * Returns the member who sent the command. Throws `not_found` for a non-member or a closed
   * socket, and `token_expired` if an HTTP caller's token is older than the last sign-out.
   */
  admit(): MirroredMember;
  answer(frame: ServerFrame): void;
  /** The most characters of a history page in the answer. */
  pageSize: number;
}

/**
 * The source of a command from a socket. An open socket is admitted without a token check: it is
 * closed when its member is removed or its session ends.
 */
export function socketSource(
  channel: Pick<Channel, "sockets" | "roster" | "broadcaster">,
  connected: ConnectedSocket<ChannelSocketState>,
): CommandSource {
  return {
    connected,
    user: connected.state.user,
    admit: () => {
      if (!channel.sockets.get(connected.socket)) throw new ChatError("not_found");
      return channel.roster.member(connected.state.user);
    },
    answer: (frame) => channel.broadcaster.send(connected, frame),
    pageSize: tuning.resumePageBytes,
  };
}

export function requestSource(
  { roster }: Pick<Channel, "roster">,
  caller: Caller,
  answer: (frame: ServerFrame) => void,
  pageSize: number,
): CommandSource {
  return { connected: null, user: caller.user, admit: () => roster.admit(caller), answer, pageSize };
}
