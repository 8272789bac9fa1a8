import type { ChannelCommand } from "../../protocol";
import type { ReconnectingSocket } from "../transport/reconnecting-socket";

/** Sends the commands of one channel over its socket. Each has an id of its own. */
export class CommandSender {
  readonly #socket: ReconnectingSocket;
  #ids = 0;

  constructor(socket: ReconnectingSocket) {
    this.#socket = socket;
  }

  /** Returns an id that no earlier command of this channel has. */
  nextId(): string {
    return String(++this.#ids);
  }

  /** Sends a command. Does nothing while the connection is not online. */
  send(command: ChannelCommand): void {
    this.#socket.send(command);
  }
}
