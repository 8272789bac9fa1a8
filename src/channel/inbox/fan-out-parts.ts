// What the fan-out uses of the channel, and what it tells the parts above it.

import type { SocketIndex } from "../../runtime/sockets";
import type { ChannelAlarm } from "../alarm";
import type { DeliveredMarks } from "../live/delivered-marks";
import type { Viewers } from "../live/viewers";
import type { Log } from "../log/log";
import type { MemberStates } from "../members/member-states";
import type { MentionedMembers } from "../members/mentioned-members";
import type { RosterMirror } from "../members/roster-mirror";
import type { ChannelSocketState } from "../members/socket-state";
import type { UserObjects } from "../user-objects";
import type { InboxRows } from "./inbox-rows";

/** What the fan-out learns, for the parts above it. */
export interface DeliveryListener {
  /** The member may have come to a device or left it. */
  onAvailabilityChanged(user: string): void;
  /** No delivery is under way any more. */
  onDeliveriesEnded(): void;
}

export interface FanOutParts {
  log: Pick<Log, "header">;
  roster: Pick<RosterMirror, "isMember" | "isReached" | "recipients" | "size" | "isLarge">;
  memberStates: Pick<MemberStates, "isOffline" | "isIdle" | "setIdle" | "markOffline" | "markOnline">;
  mentioned: Pick<MentionedMembers, "users" | "add">;
  inboxRows: Pick<InboxRows, "positionOf" | "rowOf" | "unseenStateOf">;
  sockets: Pick<SocketIndex<ChannelSocketState>, "hasUser">;
  viewers: Pick<Viewers, "isViewing" | "devicesOf" | "hasDevice">;
  userObjects: Pick<UserObjects, "of">;
  deliveredMarks: Pick<DeliveredMarks, "raise" | "announce">;
  alarm: Pick<ChannelAlarm, "arm">;
  now(): number;
}
