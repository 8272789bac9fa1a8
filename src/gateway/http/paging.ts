// Lists page by cursor: the place of the last item, packed so that nobody takes it apart.
import * as z from "zod";
import { ChatError } from "../../domain/error";
import { limits } from "../../protocol";

export const listQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(limits.pageMax).default(limits.pageDefault),
});

export interface ListPosition {
  at: number;
  id: string;
}

/** Throws `invalid` for a cursor that is not one of ours. */
export function readPlace(cursor: string | undefined): ListPosition | undefined {
  if (cursor === undefined) return undefined;
  const [at = "", id] = cursor.split("~");
  if (!/^\d{1,16}$/.test(at) || !id) throw new ChatError("invalid", "cursor: not one of ours");
  return { at: Number(at), id };
}

/** Cuts a list that was read with one item more than asked for. */
export function cutList<T>(
  rows: T[],
  limit: number,
  place: (row: T) => ListPosition,
): { items: T[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items, next: null };
  const { at, id } = place(last);
  return { items, next: `${at}~${id}` };
}
