// What a drop in the tree of channels changes: where a channel or a category goes. The server moves
// the items from the new place on down.
import type { GuildView } from "../../sdk";
import { channelGroups } from "./channel-order";

export type Side = "before" | "after";

export type TreeMove =
  | { channel: string; change: { category: string | null; position?: number } }
  | { category: string; change: { position: number } };

type Places = Pick<GuildView, "categories" | "channels">;

/** Returns the place beside an item of a list; null if the moved item is there already. */
function placeBeside(
  items: readonly { id: string; position: number }[],
  moved: string,
  target: string,
  side: Side,
): number | null {
  const at = items.findIndex(({ id }) => id === target);
  const item = items[at];
  const neighbour = items[side === "before" ? at - 1 : at + 1];
  if (!item || moved === target || neighbour?.id === moved) return null;
  return item.position + (side === "after" ? 1 : 0);
}

/** Puts a channel before or after another one, also of another category. Null: it stays. */
export function besideChannel(view: Places, moved: string, target: string, side: Side): TreeMove | null {
  const group = channelGroups(view).find(({ channels }) => channels.some(({ id }) => id === target));
  const position = group ? placeBeside(group.channels, moved, target, side) : null;
  return group && position !== null
    ? { channel: moved, change: { category: group.category?.id ?? null, position } }
    : null;
}

/** Puts a channel at the beginning of a category; null for above all categories. */
export function intoCategory(view: Places, moved: string, category: string | null): TreeMove | null {
  const channels = channelGroups(view).find((group) => (group.category?.id ?? null) === category)?.channels ?? [];
  const [first] = channels;
  if (first?.id === moved) return null;
  const position = first?.position ?? (category === null ? 0 : undefined);
  return { channel: moved, change: { category, ...(position !== undefined && { position }) } };
}

/** Puts a category before or after another one. Null: it stays. */
export function besideCategory(view: Places, moved: string, target: string, side: Side): TreeMove | null {
  const categories = channelGroups(view).flatMap(({ category }) => category ?? []);
  const position = placeBeside(categories, moved, target, side);
  return position === null ? null : { category: moved, change: { position } };
}
