import { CircleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** A sentence that screen readers announce when it appears. */
export function Notice({
  icon: Icon = CircleAlert,
  tone,
  children,
}: {
  icon?: LucideIcon;
  tone: "danger" | "calm";
  children: ReactNode;
}) {
  return (
    <div className="notice" data-tone={tone} role={tone === "danger" ? "alert" : "status"}>
      <Icon aria-hidden />
      <div>{children}</div>
    </div>
  );
}
