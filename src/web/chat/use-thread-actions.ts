import { useMemo, useState } from "react";
import type { ChannelHandle, MessageView } from "../../sdk";
import type { MenuPoint, MessageActions } from "./message-actions";

interface Choices {
  onEdit(message: MessageView): void;
  onDelete(message: MessageView): void;
  onChoose(key: string): void;
}

export interface OpenMenu {
  message: MessageView;
  point: MenuPoint;
}

export function useThreadActions(handle: ChannelHandle, { onEdit, onDelete, onChoose }: Choices) {
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  // Kept here and not in the row: rows forget themselves when they scroll away.
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());

  const actions = useMemo<MessageActions>(
    () => ({
      edit: onEdit,
      remove: onDelete,
      retry: (key) => handle.retry(key),
      discard: (key) => handle.discard(key),
      openMenu: (message, point) => setMenu({ message, point }),
      toggleLength: (key) =>
        setExpanded((open) =>
          open.has(key) ? new Set([...open].filter((one) => one !== key)) : new Set([...open, key]),
        ),
      choose: onChoose,
    }),
    [handle, onEdit, onDelete, onChoose],
  );
  return { actions, menu, closeMenu: () => setMenu(null), expanded };
}
