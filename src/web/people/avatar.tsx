import { initialOf, toneOf } from "./appearance";

export function Avatar({ id, name, size = "m" }: { id: string; name: string; size?: "xs" | "s" | "m" | "l" }) {
  return (
    <span className="avatar" data-tone={toneOf(id)} data-size={size} aria-hidden>
      {initialOf(name)}
    </span>
  );
}
