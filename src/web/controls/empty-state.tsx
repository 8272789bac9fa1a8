import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** What a pane shows when it has nothing: what belongs here, what to do, and one button. */
export function EmptyState({
  icon: Icon,
  title,
  hint,
  children,
}: {
  icon: LucideIcon;
  title: string;
  hint: string;
  children?: ReactNode;
}) {
  return (
    <div className="blank">
      <span className="blank-icon">
        <Icon aria-hidden />
      </span>
      <p className="blank-title">{title}</p>
      <p className="blank-hint">{hint}</p>
      {children}
    </div>
  );
}
