// Lists are read page by page. The cursor of the next page is the position of the last item;
// clients pass it back as it is.
import * as z from "zod";
import { ChatError } from "../../domain/error";
import { limits } from "../../protocol";

export const listQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(limits.pageMax).default(limits.pageDefault),
});

/** The position of an item. Lists are sorted by time, then by id. */
export interface ListPosition {
  at: number;
  id: string;
}

/** Reads a cursor. Throws `invalid` for a cursor that this server did not make. */
export function readCursor(cursor: string | undefined): ListPosition | undefined {
  if (cursor === undefined) return undefined;
  const [at = "", id] = cursor.split("~");
  if (!/^\d{1,16}$/.test(at) || !id) throw new ChatError("invalid", "cursor: not a cursor of this list");
  return { at: Number(at), id };
}

/** Cuts a page of `limit` items from `rows`, which were read with `limit + 1`. */
export function pageOf<T>(
  rows: T[],
  limit: number,
  positionOf: (row: T) => ListPosition,
): { items: T[]; next: string | null } {
  return withCursor(rows.slice(0, limit), rows.length > limit, positionOf);
}

/** Adds the cursor of the next page to a page of items. */
export function withCursor<T>(
  items: T[],
  hasMore: boolean,
  positionOf: (item: T) => ListPosition,
): { items: T[]; next: string | null } {
  const last = items.at(-1);
  if (!hasMore || last === undefined) return { items, next: null };
  const { at, id } = positionOf(last);
  return { items, next: `${at}~${id}` };
}
