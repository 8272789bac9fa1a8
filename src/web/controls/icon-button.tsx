import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";

interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  icon: LucideIcon;
  label: string;
  look?: "quiet" | "primary" | "danger";
}

/** A button that is only a picture; its name is the label, shown as a tooltip too. */
export function IconButton({ icon: Icon, label, look = "quiet", ...rest }: IconButtonProps) {
  return (
    <button type="button" title={label} {...rest} className="icon-button" data-look={look} aria-label={label}>
      <Icon aria-hidden />
    </button>
  );
}
