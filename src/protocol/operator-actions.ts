// What the operator does about accounts and reports, and the log of it.
import * as z from "zod";
import { time } from "./ids";
import { reason } from "./moderation";
import { profile, profileOrNull } from "./rest";

/** Suspends an account: its sessions end and nobody signs in to it. The person reads the reason. */
export const suspendAccount = z.object({ reason: reason.default("") }).meta({ id: "SuspendAccount" });
export const suspension = z.object({ user: profile, at: time, reason: z.string() }).meta({ id: "Suspension" });
export const suspensionList = z
  .object({ items: z.array(suspension), next: z.string().nullable() })
  .meta({ id: "SuspensionList" });

export const operatorActionKind = z
  .enum(["account.suspended", "suspension.lifted", "report.resolved", "channel.restored", "archive.rebuilt"])
  .meta({ id: "OperatorActionKind" });

/** One entry of the operator's log. Entries never change. */
export const operatorAction = z
  .object({
    id: z.int(),
    at: time,
    /** One of `OperatorActionKind`. Later versions have more. */
    kind: z.string(),
    /** The id of the account, channel or report that it concerns. */
    target: z.string(),
    /** The profile of the target, if it is an account. */
    user: profileOrNull,
    /** The reason, or what was decided. */
    detail: z.string(),
  })
  .meta({ id: "OperatorAction" });
export const operatorLog = z
  .object({ items: z.array(operatorAction), next: z.string().nullable() })
  .meta({ id: "OperatorLog" });

export type OperatorActionKind = z.infer<typeof operatorActionKind>;
export type OperatorAction = z.infer<typeof operatorAction>;
export type Suspension = z.infer<typeof suspension>;
