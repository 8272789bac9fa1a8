// The last call of a channel, as the row of the log stores it: whether one is on, and who missed
// the last one. Written when a call begins and when it ends, in the transaction of the entry.
import * as z from "zod";
import { callEndReason, seq, time, userId } from "../../protocol";
import type { LogHeader } from "./log-header";

const callRecord = z.object({
  /** The seq of its `call.started` entry. */
  call: seq,
  by: userId,
  startedAt: time,
  /** Whether it rang for the members. */
  rang: z.boolean(),
  video: z.boolean(),
  /** Null while the call is on. */
  ended: z
    .object({
      seq,
      at: time,
      joined: z.array(userId),
      /** Records of earlier servers have none. */
      reason: callEndReason.optional(),
    })
    .nullable(),
});

export type CallRecord = z.infer<typeof callRecord>;

/** Returns the last call; null if there was none. */
export const readCallRecord = ({ call }: Pick<LogHeader, "call">): CallRecord | null =>
  call === null ? null : callRecord.parse(JSON.parse(call));
