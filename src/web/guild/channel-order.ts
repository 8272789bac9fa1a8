// The order of a guild's channels in the list: first those above all categories, then category by
// category.
import type { GuildView } from "../../sdk";

export type ListedChannel = GuildView["channels"][number];
export type ListedCategory = GuildView["categories"][number];

export interface ChannelGroup {
  /** Null for the channels above all categories. */
  category: ListedCategory | null;
  channels: readonly ListedChannel[];
}

const byPosition = (one: { position: number }, other: { position: number }) => one.position - other.position;

/** Returns the channels by category. A category without channels is listed too. */
export function channelGroups({ categories, channels }: Pick<GuildView, "categories" | "channels">): ChannelGroup[] {
  const ordered = channels.toSorted(byPosition);
  const isListed = ({ category }: ListedChannel) => categories.some(({ id }) => id === category);
  const above = ordered.filter((channel) => !isListed(channel));
  return [
    ...(above.length > 0 ? [{ category: null, channels: above }] : []),
    ...categories
      .toSorted(byPosition)
      .map((category) => ({ category, channels: ordered.filter((channel) => channel.category === category.id) })),
  ];
}

/** Whether this person may move a channel. The server decides again. */
export const mayMoveChannel = ({ deleteAt }: Pick<GuildView, "deleteAt">, { permissions }: ListedChannel): boolean =>
  deleteAt === null && permissions.includes("manage_channels");

/**
 * Returns the channel to open first: the last one, else the welcome channel, else the first one.
 */
export function firstChannelOf(view: GuildView, last: string | null): string | null {
  const visible = channelGroups(view).flatMap(({ channels }) => channels);
  const wanted = [last, view.welcomeChannel].find((id) => visible.some((channel) => channel.id === id));
  return wanted ?? visible[0]?.id ?? null;
}

/**
 * Returns the position that moves an item of a list one place up or down. The server moves the
 * items from that position on down. Null at the end of the list.
 */
export function moveBy<T extends { id: string; position: number }>(
  items: readonly T[],
  id: string,
  step: -1 | 1,
): number | null {
  const at = items.findIndex((item) => item.id === id);
  const other = at < 0 ? undefined : items[at + step];
  if (!other) return null;
  return step === -1 ? other.position : other.position + 1;
}
