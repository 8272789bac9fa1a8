import type { MirroredMember } from "../../domain/roster";
import type { ServerFrame } from "../../protocol";
import type { ConnectedSocket } from "../../runtime/sockets";
import type { ChannelSocketState } from "../members/socket-state";

/** Whoever gave a command. */
export interface CommandSource {
  /** Their socket; null over HTTP. */
  connected: ConnectedSocket<ChannelSocketState> | null;
  /** Throws where they are no longer a member, or gave the command in a session that has ended. */
  admit(): MirroredMember;
  answer(frame: ServerFrame): void;
}
