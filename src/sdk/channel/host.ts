import type { HeardEvent } from "../../protocol";
import type { CommandAuthor } from "../outbox/command-composer";
import type { Outbox } from "../outbox/outbox";
import type { Http } from "../transport/http";
import type { Transports } from "../transport/transports";

/** What a channel needs of the client it belongs to, and tells it. */
export interface ChannelHost extends CommandAuthor {
  readonly http: Http;
  readonly transports: Transports;
  readonly outbox: Outbox;
  /** Whether nobody looks at the program. */
  isInBackground(): boolean;
  /** Somebody turned to this channel. */
  used(channel: string): void;
  /** What kept a socket open may have ended. */
  settled(): void;
  /** A channel's socket said who this is, which is how a client with nothing but a token learns it. */
  identified(user: string): void;
  happened(channel: string, events: readonly HeardEvent[]): void;
  read(channel: string, seq: number): void;
  /** Where my read mark stands on the server, as far as the inbox knows. */
  readOf(channel: string): number;
  unread(channel: string, seq: number): void;
  /** The server does not let this channel be followed any more. */
  stopped(channel: string): void;
  signedOut(): void;
}
