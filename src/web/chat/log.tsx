// The messages of a channel. Only the rows near the viewport are elements.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import type { Me, UnseenMessage } from "../../protocol";
import type { ChannelHandle, ChannelView, InboxEntry, MessageView } from "../../sdk";
import { usePageFocused, usePageVisible } from "../app/page-focus";
import { useText } from "../app/use-text";
import { faceOf } from "../people/channel-face";
import { Announcements } from "./announcements";
import { JumpToLatest } from "./jump-to-latest";
import { LogRow } from "./log-row";
import { MessageActionsProvider } from "./message-actions";
import { Overlays } from "./overlays";
import { buildRows } from "./rows";
import { countUnread, newestSeq } from "./unread-divider";
import { UnseenNote } from "./unseen-note";
import { useHistory } from "./use-history";
import { type Target, useJump } from "./use-jump";
import { END_PX, useLogScroll } from "./use-log-scroll";
import { useMessageActions } from "./use-message-actions";
import { usePageStarts } from "./use-page-starts";
import { useReadMarks } from "./use-read-marks";
import { useRowFocus } from "./use-row-focus";
import { useSeenMessages } from "./use-seen-messages";
import { readMark } from "./use-start-position";
import { useUnreadDivider } from "./use-unread-divider";

interface LogProps {
  handle: ChannelHandle;
  view: ChannelView;
  entry: InboxEntry;
  me: Me;
  onEdit(message: MessageView): void;
  onDelete(message: MessageView): void;
  onReply(message: MessageView): void;
  onThread(seq: number): void;
  /** The message to go to. */
  target: Target | null;
  onJump(seq: number): void;
  /** Called for Escape in the list. The focus returns to the composer. */
  onLeave(): void;
}

const NOTHING: readonly UnseenMessage[] = [];

export function Log(props: LogProps) {
  const { handle, view, entry, me, target, onLeave } = props;
  const text = useText();
  const visible = usePageVisible();
  const isFocused = usePageFocused();
  const { messages, notices, moreBefore, moreAfter } = view;
  const read = readMark(view, entry, me.id);
  const { unreadFrom, unseen = NOTHING } = entry.row;
  const face = faceOf(entry, me.id, text);

  const [divider, removeDivider] = useUnreadDivider({ messages, me: me.id, read }, isFocused, unreadFrom);
  const pageStarts = usePageStarts(messages, moreBefore);
  const rows = useMemo(
    () => buildRows({ messages, notices, me: me.id, moreBefore, moreAfter, divider, pageStarts }),
    [messages, notices, me.id, moreBefore, moreAfter, divider, pageStarts],
  );

  const scroll = useLogScroll(rows, { moreAfter, follow: visible });
  const { scroller, virtual, atEnd, isSettled, track, toIndex, toEnd, stay } = scroll;
  const toLatest = () => {
    // Rejects when the channel is gone or the session has ended, which the page shows.
    if (moreAfter) Promise.resolve(handle.loadLatest()).catch(() => {});
    toEnd();
  };
  const { active, setActive, focusRow, onKeyDown } = useRowFocus(rows, scroller, {
    toIndex,
    moreAfter,
    onEnd: toLatest,
    onLeave: () => {
      toLatest();
      onLeave();
    },
  });
  const { actions, overlay, closeOverlay, expanded } = useMessageActions(handle, {
    me: me.id,
    onEdit: props.onEdit,
    onDelete: props.onDelete,
    onReply: props.onReply,
    onThread: props.onThread,
    onJump: props.onJump,
    onMarkUnread: useCallback(({ seq }: MessageView) => seq !== null && handle.markUnread(seq), [handle]),
    onChoose: setActive,
  });
  const lit = useJump(handle, rows, target, (index) => {
    toIndex(index, "center");
    focusRow(index);
  });
  const loadMore = useHistory(handle, view);

  const items = virtual.getVirtualItems();
  const unread = countUnread({ messages, me: me.id, read });
  const updateReadMark = useReadMarks(handle, isFocused, read, unreadFrom, () => {
    const element = scroller.current;
    // My own messages need no read mark. A channel that I set to unread has one, also when its
    // messages were deleted since.
    if (!element || (unread + entry.row.unread === 0 && unreadFrom === null)) return 0;
    const edge = element.scrollTop + element.clientHeight + END_PX;
    for (const item of items.toReversed()) {
      const row = rows[item.index];
      if (item.end > edge || row?.kind !== "message" || row.message.seq === null) continue;
      // At the end of the log everything is read, including entries that are not messages.
      const isLast = !moreAfter && row.message.seq === newestSeq(messages);
      return isLast ? Math.max(view.head, row.message.seq) : row.message.seq;
    }
    return 0;
  });

  const updateSeen = useSeenMessages(handle, isFocused, unseen, () => {
    const element = scroller.current;
    if (!element) return [];
    const [top, bottom] = [element.scrollTop, element.scrollTop + element.clientHeight];
    return items.flatMap(({ index, start, end }) => {
      const row = rows[index];
      const isVisible = start < bottom && end > top;
      return isVisible && row?.kind === "message" && row.message.seq !== null ? [row.message.seq] : [];
    });
  });

  const update = () => {
    track();
    updateReadMark();
    updateSeen();
    if (scroller.current && isSettled) loadMore(scroller.current);
  };
  useEffect(update);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the set is a toggle.
  useLayoutEffect(stay, [expanded, stay]);

  // The list always scrolls to a message that I send.
  const lastKey = useRef(messages.at(-1)?.key);
  useEffect(() => {
    const last = messages.at(-1);
    if (last?.key === lastKey.current) return;
    lastKey.current = last?.key;
    if (last?.author !== me.id || last.seq !== null) return;
    removeDivider();
    toLatest();
  });

  const label = {
    notes: text.chat.notesMessages,
    person: text.chat.messages(face.name),
    group: text.groups.messages(face.name),
    channel: text.groups.messages(face.name),
  }[face.kind];

  return (
    <div className="log">
      <div
        ref={scroller}
        className="log-scroll"
        role="log"
        tabIndex={-1}
        aria-live="off"
        aria-label={label}
        onScroll={update}
        onKeyDown={onKeyDown}
      >
        <div ref={scroll.content} className="log-size" style={{ height: virtual.getTotalSize() }}>
          {moreBefore && <div className="log-earlier" aria-hidden />}
          <MessageActionsProvider value={actions}>
            {items.map(({ index, start }) => {
              const row = rows[index];
              return (
                row && (
                  <div
                    key={row.key}
                    ref={virtual.measureElement}
                    data-index={index}
                    className="log-row"
                    style={{ top: start }}
                  >
                    <LogRow
                      row={row}
                      face={face}
                      me={me.id}
                      marks={view}
                      isActive={row.key === active}
                      isExpanded={expanded.has(row.key)}
                      isLit={row.key === lit}
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
      <UnseenNote unseen={unseen} onJump={props.onJump} onThread={props.onThread} />
      {overlay && (
        <Overlays key={overlay.kind} overlay={overlay} handle={handle} actions={actions} onClose={closeOverlay} />
      )}
      <Announcements messages={messages} members={entry.members} me={me.id} />
    </div>
  );
}
