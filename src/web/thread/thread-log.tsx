// The messages of a thread. Pages are short and loaded by a button, so all messages are elements.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { channelKinds } from "../../protocol";
import type { ChannelHandle, MessageView } from "../../sdk";
import { useText } from "../app/use-text";
import { useChannelContext } from "../chat/channel-context";
import { Message } from "../chat/message";
import { MessageActionsProvider } from "../chat/message-actions";
import { type ReceiptMarks, receiptOf } from "../chat/message-receipt";
import { Overlays } from "../chat/overlays";
import { buildRows } from "../chat/rows";
import { DaySeparator } from "../chat/separators";
import { Skeleton } from "../chat/skeleton";
import type { Target } from "../chat/use-jump";
import { useMessageActions } from "../chat/use-message-actions";

interface ThreadLogProps {
  handle: ChannelHandle;
  root: MessageView | null;
  messages: readonly MessageView[];
  /** The reply to go to. */
  target: Target | null;
  moreBefore: boolean;
  isLoading: boolean;
  marks: ReceiptMarks;
  me: string;
  onEarlier(): void;
  onEdit(message: MessageView): void;
  onReply(message: MessageView): void;
  onDelete(message: MessageView): void;
  onJump(seq: number): void;
}

const NO_PAGE_STARTS: ReadonlySet<string> = new Set();
const END_PX = 48;
const LIT_MS = 2_000;

export function ThreadLog(props: ThreadLogProps) {
  const { handle, root, messages, target, moreBefore, isLoading, marks, me, onEarlier } = props;
  const text = useText();
  const { kind } = useChannelContext();
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [chosen, setChosen] = useState<string | null>(null);
  const [lit, setLit] = useState<string | null>(null);

  const show = (message: MessageView) => {
    atEnd.current = false;
    setLit(message.key);
    window.setTimeout(() => setLit(null), LIT_MS);
    const row = scroller.current?.querySelector<HTMLElement>(`[data-seq="${message.seq}"]`);
    row?.scrollIntoView({ block: "center" });
    row?.querySelector("article")?.focus({ preventScroll: true });
  };
  const jump = (seq: number) => {
    const message = messages.find((one) => one.seq === seq);
    if (message) show(message);
    else props.onJump(seq);
  };
  const { actions, overlay, closeOverlay, expanded } = useMessageActions(handle, {
    me,
    onEdit: props.onEdit,
    onDelete: props.onDelete,
    onReply: props.onReply,
    onThread: null,
    onJump: jump,
    onMarkUnread: null,
    onChoose: setChosen,
  });

  const content = useRef<HTMLDivElement>(null);
  const isToggled = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the set is a toggle.
  useLayoutEffect(() => {
    isToggled.current = true;
  }, [expanded]);
  useEffect(() => {
    const [element, inner] = [scroller.current, content.current];
    if (!element || !inner) return;
    // At the end, a growing row or composer does not cover the last reply.
    const observer = new ResizeObserver(() => {
      if (atEnd.current && !isToggled.current) element.scrollTop = element.scrollHeight;
      isToggled.current = false;
    });
    observer.observe(element);
    observer.observe(inner);
    return () => observer.disconnect();
  }, []);

  const lastKey = messages.at(-1)?.key;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && atEnd.current && lastKey !== undefined) element.scrollTop = element.scrollHeight;
  }, [lastKey]);

  // An old reply is reached page by page, because threads are short.
  const arrived = useRef<Target | null>(null);
  useEffect(() => {
    if (target === null || arrived.current === target || messages.length === 0) return;
    const message = messages.find((one) => one.seq === target.seq);
    if (message) {
      arrived.current = target;
      show(message);
    } else if (moreBefore) onEarlier();
    else arrived.current = target;
  });

  const rows = buildRows({ messages, me, moreBefore: true, divider: null, pageStarts: NO_PAGE_STARTS });
  const active = chosen ?? lastKey ?? root?.key;
  const rowOf = (message: MessageView, first: boolean, last: boolean) => (
    <div key={message.key} className="thread-row" data-seq={message.seq}>
      <Message
        message={message}
        mine={message.author === me}
        first={first}
        last={last}
        receipt={message.author === me ? receiptOf(message.seq, marks, me, channelKinds[kind].receipts) : null}
        isActive={message.key === active}
        isExpanded={expanded.has(message.key)}
        isLit={message.key === lit}
      />
    </div>
  );

  return (
    <MessageActionsProvider value={actions}>
      <div
        ref={scroller}
        className="thread-log"
        role="log"
        aria-live="off"
        aria-label={text.message.thread}
        tabIndex={-1}
        onScroll={({ currentTarget: element }) => {
          atEnd.current = element.scrollHeight - element.clientHeight - element.scrollTop < END_PX;
        }}
      >
        <div ref={content}>
          {root && rowOf(root, true, true)}
          {root && (
            <p className="thread-count">
              <span>{messages.length === 0 ? text.message.noReplies : text.message.replies(root.replies.count)}</span>
            </p>
          )}
          {isLoading && <Skeleton />}
          {moreBefore && (
            <button type="button" className="link-button thread-earlier" onClick={onEarlier}>
              {text.message.earlier}
            </button>
          )}
          {rows.map((row) => {
            if (row.kind === "day") return <DaySeparator key={row.key} at={row.at} />;
            return row.kind === "message" ? rowOf(row.message, row.first, row.last) : null;
          })}
        </div>
      </div>
      {overlay && (
        <Overlays key={overlay.kind} overlay={overlay} handle={handle} actions={actions} onClose={closeOverlay} />
      )}
    </MessageActionsProvider>
  );
}
