import type { Profile } from "../../protocol";
import { type ChannelFace, nameOf } from "../people/channel-face";
import { useText } from "../text/language";
import { Intro } from "./intro";
import { Message } from "./message";
import type { Row } from "./rows";
import { DaySeparator, UnreadDivider } from "./separators";

interface ThreadRowProps {
  row: Row;
  face: ChannelFace;
  members: readonly Profile[];
  /** The furthest anybody else has read. */
  readUpTo: number;
  isActive: boolean;
  isExpanded: boolean;
}

export function ThreadRow({ row, face, members, readUpTo, isActive, isExpanded }: ThreadRowProps) {
  const text = useText();
  if (row.kind === "intro") return <Intro face={face} />;
  if (row.kind === "day") return <DaySeparator at={row.at} />;
  if (row.kind === "unread") return <UnreadDivider />;
  const { message, mine, first, last } = row;
  return (
    <Message
      message={message}
      mine={mine}
      first={first}
      last={last}
      author={mine ? text.chat.you : nameOf(members, message.author, text)}
      isGroup={face.kind === "group"}
      receipts={face.kind !== "notes"}
      isRead={message.seq !== null && message.seq <= readUpTo}
      isActive={isActive}
      isExpanded={isExpanded}
    />
  );
}
