import type { LucideIcon } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { Floating, type Point } from "./floating";

export interface Choice {
  icon: LucideIcon;
  label: string;
  tone?: "danger";
  run(): void;
}

interface MenuProps {
  label: string;
  point: Point;
  choices: readonly Choice[];
  /** Shown above the choices. */
  children?: ReactNode;
  onClose(): void;
}

export function Menu({ label, point, choices, children, onClose }: MenuProps) {
  const dialog = useRef<HTMLDialogElement>(null);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const items = [...(dialog.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = items.findIndex((item) => item.matches(":focus"));
    items.at(at < 0 && step < 0 ? -1 : (at + step) % items.length)?.focus();
  };

  return (
    <Floating label={label} className="menu" point={point} element={dialog} onKeyDown={onKeyDown} onClose={onClose}>
      {children}
      <div role="menu" aria-label={label}>
        {choices.map(({ icon: Icon, label: name, tone, run }) => (
          <button
            key={name}
            type="button"
            role="menuitem"
            data-tone={tone}
            onClick={() => {
              dialog.current?.close();
              run();
            }}
          >
            <Icon aria-hidden />
            {name}
          </button>
        ))}
      </div>
    </Floating>
  );
}
