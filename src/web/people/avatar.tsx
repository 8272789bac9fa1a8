import { UserRoundX } from "lucide-react";
import { iconTone } from "../../protocol";
import { initialOf } from "./initials";

export interface AvatarProps {
  id: string;
  name: string;
  size?: "xs" | "s" | "m" | "l";
  /** Whether the account is deleted. All deleted accounts look the same. */
  isGone?: boolean;
  /** The colour, where the id is not known. */
  tone?: number;
}

export function Avatar({ id, name, size = "m", isGone = false, tone = iconTone(id) }: AvatarProps) {
  return (
    <span className="avatar" data-tone={isGone ? "gone" : tone} data-size={size} aria-hidden>
      {isGone ? <UserRoundX /> : initialOf(name)}
    </span>
  );
}
