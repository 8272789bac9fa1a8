// What a user's object consists of.
import type { ChannelPort } from "../domain/ports";
import type { FrameOf, InboxRow } from "../protocol";
import type { Buckets } from "../runtime/buckets";
import type { HeldPolls } from "../runtime/held-polls";
import type { SocketIndex } from "../runtime/sockets";
import type { DueAlarm } from "./alarm";
import type { StoredInbox } from "./inbox";
import type { UserPresence } from "./presence";
import type { PresenceWatches } from "./presence-watches";
import type { TokenCutoff } from "./sessions";
import type { UserSocketState } from "./socket-state";

export interface UserParts {
  inbox: StoredInbox;
  sockets: SocketIndex<UserSocketState>;
  /** Polls that are held until a channel moves on. */
  pollers: HeldPolls<FrameOf<"inbox">>;
  tokens: TokenCutoff;
  /** The newest row of each channel that was heard since it was last asked. In memory: it only guards a question under way. */
  newestRows: Map<string, InboxRow>;
  /** Questions under way, by channel. */
  asking: Map<string, Promise<boolean>>;
  asks: Buckets;
  /** Whether somebody is at one of the devices. */
  isInUse(): boolean;
  presence: UserPresence;
  watching: PresenceWatches;
  channelObject(channel: string): ChannelPort;
  alarm: DueAlarm;
  now(): number;
}
