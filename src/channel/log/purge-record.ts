// What the entry of a purge stores, as JSON in its `detail`.
import * as z from "zod";
import type { StoredPurge } from "../../domain/purge";
import { seq, userId } from "../../protocol";

const storedPurge = z.object({
  author: userId,
  from: seq,
  through: seq,
  roots: z.array(seq),
  count: z.int(),
  end: seq,
});

/** Returns the purge of an entry. Throws if the entry is none. */
export const readPurge = (detail: string | null): StoredPurge => storedPurge.parse(JSON.parse(detail ?? "null"));
