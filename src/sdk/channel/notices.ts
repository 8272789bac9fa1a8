import type { HeardEvent } from "../../protocol";
import type { ChannelNotice } from "./views";

type NoticeEvent = Extract<HeardEvent, { type: ChannelNotice["type"] }>;

const types: readonly string[] = [
  "member.joined",
  "member.left",
  "member.changed",
  "channel.changed",
] satisfies ChannelNotice["type"][];

/** Whether the entry is about the channel and the people in it, so that what the directory says of them has changed. */
export const isNotice = (event: HeardEvent): event is NoticeEvent => types.includes(event.type);

export function noticeOf({ nonce: _, ...notice }: NoticeEvent): ChannelNotice {
  return notice;
}
