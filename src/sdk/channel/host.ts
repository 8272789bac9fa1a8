import type { HeardEvent } from "../../protocol";
import type { CommandAuthor } from "../outbox/command-composer";
import type { Outbox } from "../outbox/outbox";
import type { Http } from "../transport/http";
import type { TransportSelection } from "../transport/transport-selection";

/** What a channel uses of its client, and what it reports to it. */
export interface ChannelHost extends CommandAuthor {
  readonly http: Http;
  readonly transports: TransportSelection;
  readonly outbox: Outbox;
  /** Returns whether the program is in the background, so that nobody sees it. */
  isInBackground(): boolean;
  /** The program used this channel. */
  channelUsed(channel: string): void;
  /** Called when a reason to keep a socket open may have ended. */
  closeUnneededSockets(): void;
  /** The server named the user. A client that was given only a token learns it this way. */
  identified(user: string): void;
  eventsApplied(channel: string, events: readonly HeardEvent[]): void;
  markRead(channel: string, seq: number): void;
  /** Returns the read mark on the server, as far as the inbox knows it. */
  serverReadMark(channel: string): number;
  markUnread(channel: string, seq: number): void;
  /** The server no longer lets this client subscribe to the channel. */
  subscriptionEnded(channel: string): void;
  signedOut(): void;
}
