// A member who writes throughout a crash. Unconfirmed messages stay in the outbox with their nonce
// and are sent again.
import { composeMessage } from "../kit/channel-socket.ts";
import type { ReconnectingFollower } from "./reconnecting-follower.ts";

export class Sender {
  /** Nonces of all messages written. */
  readonly written: string[] = [];
  readonly #outbox = new Map<string, string>();
  readonly #member: ReconnectingFollower;

  constructor(member: ReconnectingFollower) {
    this.#member = member;
    member.follower.onEvent = (nonce) => this.#outbox.delete(nonce);
    member.onJoined = () => {
      for (const frame of this.#outbox.values()) member.follower.send(frame);
    };
  }

  get unconfirmed(): number {
    return this.#outbox.size;
  }

  write(text: string): void {
    const { nonce, frame } = composeMessage(text, this.#member.follower.cursor);
    this.written.push(nonce);
    this.#outbox.set(nonce, frame);
    if (this.#member.isJoined) this.#member.follower.send(frame);
  }
}
