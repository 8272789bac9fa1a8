import { initialOf } from "../people/initials";
import { tint } from "./tint";

/** The icon of a guild: its first letter on its colour. */
export function GuildIcon({ name, color }: { name: string; color: number }) {
  return (
    <span className="guild-icon" style={tint(color)} aria-hidden>
      {initialOf(name)}
    </span>
  );
}
