// The actions of one message as a menu: beside the pointer, or a sheet from the bottom edge on a narrow or touch screen (CSS decides).
import { Copy, type LucideIcon, Pencil, Trash2 } from "lucide-react";
import { type KeyboardEvent, useLayoutEffect, useRef } from "react";
import type { MessageView } from "../../sdk";
import { dismissLightly } from "../controls/light-dismiss";
import { useText } from "../text/language";
import { canChange, type MenuPoint, type MessageActions } from "./message-actions";

interface MessageMenuProps {
  message: MessageView;
  point: MenuPoint;
  mine: boolean;
  actions: MessageActions;
  onClose(): void;
}

interface Choice {
  icon: LucideIcon;
  label: string;
  tone?: "danger";
  run(): void;
}

const EDGE_PX = 8;

export function MessageMenu({ message, point, mine, actions, onClose }: MessageMenuProps) {
  const text = useText();
  const dialog = useRef<HTMLDialogElement>(null);

  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    element.showModal();
    const { width, height } = element.getBoundingClientRect();
    element.style.setProperty("--x", `${Math.max(EDGE_PX, Math.min(point.x, window.innerWidth - width - EDGE_PX))}px`);
    element.style.setProperty(
      "--y",
      `${Math.max(EDGE_PX, Math.min(point.y, window.innerHeight - height - EDGE_PX))}px`,
    );
    const stopDismissing = dismissLightly(element, () => element.close());
    return () => {
      stopDismissing();
      element.close();
    };
  }, [point]);

  const choices: Choice[] = [
    {
      icon: Copy,
      label: text.chat.copy,
      run: () => void navigator.clipboard.writeText(message.text ?? "").catch(() => {}),
    },
  ];
  if (canChange(message, mine))
    choices.push(
      { icon: Pencil, label: text.chat.edit, run: () => actions.edit(message) },
      { icon: Trash2, label: text.chat.remove, tone: "danger", run: () => actions.remove(message) },
    );

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const items = [...(dialog.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = items.findIndex((item) => item.matches(":focus"));
    items.at((at + step) % items.length)?.focus();
  };

  return (
    <dialog
      ref={dialog}
      className="menu"
      aria-label={text.chat.actions}
      closedby="any"
      onClose={onClose}
      onKeyDown={onKeyDown}
    >
      <div role="menu" aria-label={text.chat.actions}>
        {choices.map(({ icon: Icon, label, tone, run }) => (
          <button
            key={label}
            type="button"
            role="menuitem"
            data-tone={tone}
            onClick={() => {
              dialog.current?.close();
              run();
            }}
          >
            <Icon aria-hidden />
            {label}
          </button>
        ))}
      </div>
    </dialog>
  );
}
