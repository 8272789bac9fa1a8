import type { ReconnectingSocket } from "../transport/reconnecting-socket";
import type { CommandSender } from "./command-sender";
import type { ChannelSubscription } from "./subscription";
import type { Typing } from "./typing";

/**
 * What this device says of itself in a channel: that this person is typing, and whether the program
 * is in the background. It is sent only over an open socket, because a late signal would be wrong.
 */
export class OwnSignals {
  readonly #socket: ReconnectingSocket;
  readonly #commands: CommandSender;
  readonly #subscription: ChannelSubscription;
  readonly #typing: Typing;
  #isInBackground = false;

  constructor(socket: ReconnectingSocket, commands: CommandSender, subscription: ChannelSubscription, typing: Typing) {
    this.#socket = socket;
    this.#commands = commands;
    this.#subscription = subscription;
    this.#typing = typing;
  }

  /** A new connection is open. The server assumes that it is in the foreground. */
  opened(): void {
    if (this.#isInBackground) this.setBackground(true);
  }

  /** Tells the server, now and after every connection, whether the program is in the background. */
  setBackground(background: boolean): void {
    this.#isInBackground = background;
    if (this.#socket.isSocket) this.#commands.send({ id: this.#commands.nextId(), type: "view.set", background });
  }

  /** Sends a signal that this person is typing. At most one signal is sent per interval. */
  sendTyping(thread: number | null): void {
    if (!this.#socket.isSocket || !this.#subscription.isJoined || !this.#typing.claimSignal()) return;
    this.#commands.send({ id: this.#commands.nextId(), type: "typing.start", ...(thread !== null && { thread }) });
  }
}
