import type { ChannelNotice } from "../../sdk";
import { languageOf } from "../../text/language";
import { useLocale, useText } from "../app/use-text";
import { CallBack } from "../calls/call-buttons";
import { useChannelContext } from "./channel-context";
import { useActions } from "./message-actions";
import { noticeLines } from "./notice-lines";

interface NoticesProps {
  rowKey: string;
  notices: readonly ChannelNotice[];
  isExpanded: boolean;
}

/**
 * Lines between messages. Of many in a row only the last is shown until the person expands them.
 */
export function Notices({ rowKey, notices, isExpanded }: NoticesProps) {
  const text = useText();
  const { toggleLength } = useActions();
  const language = languageOf(useLocale());
  const context = useChannelContext();
  const lines = noticeLines(notices, context, text, language);
  const isLong = lines.length > 2;
  const shown = isLong && !isExpanded ? lines.slice(-1) : lines;
  return (
    <div className="notices">
      {isLong && (
        <button type="button" className="link-button" aria-expanded={isExpanded} onClick={() => toggleLength(rowKey)}>
          {isExpanded ? text.groups.fewerNotices : text.groups.earlierNotices(lines.length - 1)}
        </button>
      )}
      {shown.map((line) => (
        <p key={line.key} dir="auto">
          {line.text}
          {line.callsBack && <CallBack channel={context.id} />}
        </p>
      ))}
    </div>
  );
}
