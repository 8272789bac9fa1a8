// Blocks between people. A person who is blocked cannot tell it: see SPEC.md.
import * as z from "zod";
import { time } from "./ids";
import { profile } from "./rest";

/** A person whom I have blocked, and since when. The handle of a deleted account is empty. */
export const blockedPerson = z.object({ user: profile, at: time }).meta({ id: "BlockedPerson" });
export const blockedPersonList = z
  .object({ items: z.array(blockedPerson), next: z.string().nullable() })
  .meta({ id: "BlockedPersonList" });

export type BlockedPerson = z.infer<typeof blockedPerson>;
