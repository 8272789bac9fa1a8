import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";

interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  icon: LucideIcon;
  label: string;
  look?: "quiet" | "primary" | "danger";
}

/** A button with an icon only. Its label is also its tooltip. */
export function IconButton({ icon: Icon, label, look = "quiet", ...rest }: IconButtonProps) {
  return (
    <button type="button" title={label} {...rest} className="icon-button" data-look={look} aria-label={label}>
      <Icon aria-hidden />
    </button>
  );
}
