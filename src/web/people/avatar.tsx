import { UserRoundX } from "lucide-react";
import { initialOf, toneOf } from "./initials";

export interface AvatarProps {
  id: string;
  name: string;
  size?: "xs" | "s" | "m" | "l";
  /** Whether the account is deleted. All deleted accounts look the same. */
  isGone?: boolean;
}

export function Avatar({ id, name, size = "m", isGone = false }: AvatarProps) {
  return (
    <span className="avatar" data-tone={isGone ? "gone" : toneOf(id)} data-size={size} aria-hidden>
      {isGone ? <UserRoundX /> : initialOf(name)}
    </span>
  );
}
