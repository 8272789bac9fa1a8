// The messages of a channel, of which only those near the viewport exist as elements.
import { useEffect, useMemo, useRef } from "react";
import type { Me } from "../../protocol";
import type { ChannelHandle, ChannelView, InboxEntry, MessageView } from "../../sdk";
import { useAttentive, useVisible } from "../app/attention";
import { faceOf } from "../people/channel-face";
import { useText } from "../text/language";
import { Announcements } from "./announcements";
import { countUnread, newestSeq } from "./divider";
import { JumpToLatest } from "./jump-to-latest";
import { MessageActionsProvider } from "./message-actions";
import { MessageMenu } from "./message-menu";
import { buildRows } from "./rows";
import { ThreadRow } from "./thread-row";
import { useDivider } from "./use-divider";
import { useHistory } from "./use-history";
import { useReadMarks } from "./use-read-marks";
import { useRowFocus } from "./use-row-focus";
import { useSeams } from "./use-seams";
import { readMark } from "./use-start";
import { useThreadActions } from "./use-thread-actions";
import { END_PX, useThreadScroll } from "./use-thread-scroll";

interface ThreadProps {
  handle: ChannelHandle;
  view: ChannelView;
  entry: InboxEntry;
  me: Me;
  onEdit(message: MessageView): void;
  onDelete(message: MessageView): void;
  /** Esc in the list: back to writing. */
  onLeave(): void;
}

export function Thread({ handle, view, entry, me, onEdit, onDelete, onLeave }: ThreadProps) {
  const text = useText();
  const visible = useVisible();
  const attentive = useAttentive();
  const { messages, moreBefore, moreAfter } = view;
  const read = readMark(view, entry, me.id);
  const face = faceOf(entry, me.id, text);

  const [divider, removeDivider] = useDivider({ messages, me: me.id, read }, attentive);
  const seams = useSeams(messages, moreBefore);
  const rows = useMemo(
    () => buildRows({ messages, me: me.id, moreBefore, divider, seams }),
    [messages, me.id, moreBefore, divider, seams],
  );

  const { scroller, virtual, atEnd, isSettled, track, toEnd } = useThreadScroll(rows, { moreAfter, follow: visible });
  const { active, setActive, onKeyDown } = useRowFocus(rows, virtual, scroller, onLeave);
  const { actions, menu, closeMenu, expanded } = useThreadActions(handle, { onEdit, onDelete, onChoose: setActive });
  const loadMore = useHistory(handle, view);

  const items = virtual.getVirtualItems();
  const unread = countUnread({ messages, me: me.id, read });
  const look = useReadMarks(handle, attentive, read, () => {
    const element = scroller.current;
    // What I wrote myself is nothing to mark.
    if (!element || unread + entry.row.unread === 0) return 0;
    const edge = element.scrollTop + element.clientHeight + END_PX;
    for (const item of items.toReversed()) {
      const row = rows[item.index];
      if (item.end > edge || row?.kind !== "message" || row.message.seq === null) continue;
      // At the end of the log everything is read, entries that are not messages included.
      const isLast = !moreAfter && row.message.seq === newestSeq(messages);
      return isLast ? Math.max(view.head, row.message.seq) : row.message.seq;
    }
    return 0;
  });

  const update = () => {
    track();
    look();
    if (scroller.current && isSettled) loadMore(scroller.current);
  };
  useEffect(update);

  const toLatest = () => {
    if (moreAfter) Promise.resolve(handle.loadLatest()).catch(() => {});
    toEnd();
  };

  // What I write is always shown: the list goes to it from wherever it stands.
  const lastKey = useRef(messages.at(-1)?.key);
  useEffect(() => {
    const last = messages.at(-1);
    if (last?.key === lastKey.current) return;
    lastKey.current = last?.key;
    if (last?.author !== me.id || last.seq !== null) return;
    removeDivider();
    toLatest();
  });

  const readUpTo = Math.max(0, ...Object.entries(view.reads).map(([user, seq]) => (user === me.id ? 0 : seq)));

  return (
    <div className="thread">
      <div
        ref={scroller}
        className="thread-scroll"
        role="log"
        aria-live="off"
        aria-label={face.kind === "notes" ? text.chat.notesMessages : text.chat.messages(face.name)}
        onScroll={update}
        onKeyDown={onKeyDown}
      >
        <div className="thread-size" style={{ height: virtual.getTotalSize() }}>
          {moreBefore && <div className="thread-earlier" aria-hidden />}
          <MessageActionsProvider value={actions}>
            {items.map(({ index, start }) => {
              const row = rows[index];
              return (
                row && (
                  <div
                    key={row.key}
                    ref={virtual.measureElement}
                    data-index={index}
                    className="thread-row"
                    style={{ top: start }}
                  >
                    <ThreadRow
                      row={row}
                      face={face}
                      members={entry.members}
                      readUpTo={readUpTo}
                      isActive={row.key === active}
                      isExpanded={expanded.has(row.key)}
                    />
                  </div>
                )
              );
            })}
          </MessageActionsProvider>
        </div>
      </div>
      {!(atEnd && !moreAfter) && (
        <JumpToLatest count={moreAfter ? Math.max(unread, entry.row.unread) : unread} onJump={toLatest} />
      )}
      {menu && <MessageMenu {...menu} mine={menu.message.author === me.id} actions={actions} onClose={closeMenu} />}
      <Announcements messages={messages} members={entry.members} me={me.id} />
    </div>
  );
}
