// What a user's object consists of.
import type { ChannelPort } from "../domain/ports";
import type { FrameOf, InboxRow } from "../protocol";
import type { Buckets } from "../runtime/buckets";
import type { WaitingRoom } from "../runtime/held-polls";
import type { SocketIndex } from "../runtime/sockets";
import type { DueAlarm } from "./alarm";
import type { Inbox } from "./inbox";
import type { Presence } from "./presence";
import type { Watching } from "./presence-watches";
import type { Attachment } from "./socket-state";
import type { TokenTime } from "./token-time";

export interface User {
  inbox: Inbox;
  sockets: SocketIndex<Attachment>;
  /** Polls that are held until a channel moves on. */
  pollers: WaitingRoom<FrameOf<"inbox">>;
  tokens: TokenTime;
  /** The newest row of each channel that was heard since it was last asked. In memory: it only guards a question under way. */
  heard: Map<string, InboxRow>;
  /** Questions under way, by channel. */
  asking: Map<string, Promise<boolean>>;
  asks: Buckets;
  /** Whether somebody is at one of the devices. */
  isInUse(): boolean;
  presence: Presence;
  watching: Watching;
  channelObject(channel: string): ChannelPort;
  alarm: DueAlarm;
  now(): number;
}
