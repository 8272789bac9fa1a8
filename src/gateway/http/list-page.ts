// Lists are read page by page. The cursor of the next page is the position of the last item, with a
// signature that binds it to its list. Clients pass it back as it is.
import { createHmac } from "node:crypto";
import * as z from "zod";
import { ChatError } from "../../domain/error";
import { limits } from "../../protocol";
import { type GatewayContext, secretsOf } from "./context";
import { integerInText } from "./router";

/** The query of a list that is always complete. No cursor belongs to it. */
export const wholeListQuery = z.object({ cursor: z.string().max(limits.cursorCharacters).optional() });
export const listQuery = wholeListQuery.extend({
  limit: integerInText(1, limits.pageMax).default(limits.pageDefault),
});

/** The position of an item. Lists are sorted by time, then by id. */
export interface ListPosition {
  at: number;
  id: string;
}

/** The part of a signature that a cursor carries: 132 bits in base64url. */
const SIGNATURE_CHARACTERS = 22;

/**
 * Returns the text of a cursor; null without a cursor. `list` is what the list depends on besides
 * its address and the caller, for example the query of a search. Throws `invalid` for a cursor that
 * this server did not make for this list.
 */
export function readCursor(c: GatewayContext, cursor: string | undefined, list = ""): string | null {
  if (cursor === undefined) return null;
  const end = cursor.length - SIGNATURE_CHARACTERS - 1;
  const position = cursor.slice(0, Math.max(0, end));
  if (!secretsOf(c.env).some((secret) => cursor === sealed(secret, c, list, position)))
    throw new ChatError("invalid", "cursor: not a cursor of this list");
  return position;
}

/** Returns the cursor that `readCursor` takes for the same list. */
export function writeCursor(c: GatewayContext, position: string, list = ""): string {
  const [secret = ""] = secretsOf(c.env);
  return sealed(secret, c, list, position);
}

/** The words keep these signatures apart from everything else that the secret signs. */
function sealed(secret: string, c: GatewayContext, list: string, position: string): string {
  const text = JSON.stringify([c.get("caller")?.user ?? "operator", c.req.path, list, position]);
  const signature = createHmac("sha256", secret).update(`parley list cursor\n${text}`).digest("base64url");
  return `${position}.${signature.slice(0, SIGNATURE_CHARACTERS)}`;
}

/** Reads the cursor of a list that is sorted by time, then by id. Throws `invalid`. */
export function readPosition(c: GatewayContext, cursor: string | undefined): ListPosition | undefined {
  const position = readCursor(c, cursor);
  if (position === null) return undefined;
  const [at = "", id = ""] = position.split("~");
  return { at: Number(at), id };
}

/** Cuts a page of `limit` items from `rows`, which were read with `limit + 1`. */
export function pageOf<T>(
  c: GatewayContext,
  rows: T[],
  limit: number,
  positionOf: (row: T) => ListPosition,
): { items: T[]; next: string | null } {
  return withCursor(c, rows.slice(0, limit), rows.length > limit, positionOf);
}

/** Adds the cursor of the next page to a page of items. */
export function withCursor<T>(
  c: GatewayContext,
  items: T[],
  hasMore: boolean,
  positionOf: (item: T) => ListPosition,
): { items: T[]; next: string | null } {
  const last = items.at(-1);
  if (!hasMore || last === undefined) return { items, next: null };
  const { at, id } = positionOf(last);
  return { items, next: writeCursor(c, `${at}~${id}`) };
}
