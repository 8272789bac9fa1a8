// What a composer does: write a new message, reply to one, or edit one.
import { type RefObject, useCallback, useEffect, useState } from "react";
import type { ChannelHandle, MessageView } from "../../sdk";
import { messageAfterEvent } from "./message-after-event";

export type ComposerTaskState = ReturnType<typeof useComposerTask>;

export type ComposerTask = { kind: "edit" | "reply"; message: MessageView } | null;

export function useComposerTask(
  handle: ChannelHandle,
  composer: RefObject<HTMLTextAreaElement | null>,
  messages: () => readonly MessageView[],
) {
  const [task, setTask] = useState<ComposerTask>(null);
  const seq = task?.message.seq ?? null;
  // The message may change while the person writes, also one that is no longer loaded.
  useEffect(() => {
    if (seq === null) return;
    return handle.onEvent((event) =>
      setTask((known) => known && { ...known, message: messageAfterEvent(known.message, event) }),
    );
  }, [handle, seq]);
  const loaded = seq === null ? undefined : messages().find((message) => message.seq === seq);
  const [deleting, setDeleting] = useState<MessageView | null>(null);

  const begin = useCallback(
    (kind: "edit" | "reply", message: MessageView) => {
      setTask({ kind, message });
      composer.current?.focus();
    },
    [composer],
  );
  const edit = useCallback((message: MessageView) => begin("edit", message), [begin]);
  const reply = useCallback((message: MessageView) => begin("reply", message), [begin]);
  const end = useCallback(() => setTask(null), []);
  /** Resumes a reply that was begun earlier, here or on another device. */
  const replyTo = (wanted: number) => {
    const message = messages().find(({ seq, state }) => seq === wanted && state === "live");
    if (message) setTask({ kind: "reply", message });
  };

  const editLast = (me: string) => {
    const last = messages().findLast(({ author, seq, state }) => author === me && seq !== null && state === "live");
    if (last) setTask({ kind: "edit", message: last });
  };
  const current = task && loaded ? { ...task, message: loaded } : task;
  return { task: current, edit, reply, replyTo, editLast, end, deleting, setDeleting };
}
