import { channelKinds } from "../../protocol";
import type { ChannelFace } from "../people/channel-face";
import { useChannelContext } from "./channel-context";
import { Intro } from "./intro";
import { Message } from "./message";
import { type ReceiptMarks, receiptOf } from "./message-receipt";
import { Notices } from "./notices";
import type { Row } from "./rows";
import { DaySeparator, UnreadDivider } from "./separators";

interface LogRowProps {
  row: Row;
  face: ChannelFace;
  me: string;
  marks: ReceiptMarks;
  isActive: boolean;
  isExpanded: boolean;
  isLit: boolean;
}

export function LogRow({ row, face, me, marks, isActive, isExpanded, isLit }: LogRowProps) {
  const { kind } = useChannelContext();
  if (row.kind === "intro") return <Intro face={face} />;
  if (row.kind === "day") return <DaySeparator at={row.at} />;
  if (row.kind === "unread") return <UnreadDivider />;
  if (row.kind === "notices") return <Notices rowKey={row.key} notices={row.notices} isExpanded={isExpanded} />;
  const { message, mine, first, last } = row;
  return (
    <Message
      message={message}
      mine={mine}
      first={first}
      last={last}
      receipt={mine && face.kind !== "notes" ? receiptOf(message.seq, marks, me, channelKinds[kind].receipts) : null}
      isActive={isActive}
      isExpanded={isExpanded}
      isLit={isLit}
    />
  );
}
