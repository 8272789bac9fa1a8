import type { HeardEvent } from "../../protocol";
import type { ChannelNotice } from "./views";

type NoticeEvent = Extract<HeardEvent, { type: ChannelNotice["type"] }>;

const types: readonly string[] = [
  "member.joined",
  "member.left",
  "member.changed",
  "channel.changed",
  "call.ended",
] satisfies ChannelNotice["type"][];

/**
 * Returns whether an event is a notice: it reports a call that ended, or a change of the channel or
 * its roster in the directory.
 */
export const isNotice = (event: HeardEvent): event is NoticeEvent => types.includes(event.type);

/** Returns whether an event reports a change in the directory. */
export const changesDirectory = (event: HeardEvent): boolean => isNotice(event) && !event.type.startsWith("call.");

export function noticeOf({ nonce: _, ...notice }: NoticeEvent): ChannelNotice {
  return notice;
}
