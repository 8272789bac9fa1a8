// A member's notification cursor: how it is stored, and how it moves when the consumer reports an
// outcome.
import * as z from "zod";
import type { DeliveryOutcome, DueNotification } from "../../domain/notification-ports";
import type { NotificationCursor } from "../../domain/notification-schedule";

/** A failure this long after the last planned retry starts a new run of failures. */
const FAILURES_EXPIRE_MS = 600_000;

/** The cursor of a member who was never notified. */
export const emptyCursor: NotificationCursor = {
  seq: 0,
  at: 0,
  message: null,
  mention: false,
  version: null,
  shown: false,
  failed: {},
  clearing: false,
  updating: false,
  tries: 0,
  failingSince: 0,
  noDevice: false,
};

/**
 * A notification cursor as it is stored. `missing` and `nobody` are the stored names of `failed`
 * and `noDevice`.
 */
export const storedCursor = z.object({
  seq: z.int(),
  at: z.int(),
  message: z.int().nullable(),
  mention: z.boolean(),
  version: z.int().nullable().default(null),
  shown: z.boolean(),
  missing: z.record(z.string(), z.number()),
  clearing: z.boolean(),
  updating: z.boolean().default(false),
  tries: z.int(),
  failingSince: z.int(),
  nobody: z.boolean(),
});

type StoredCursor = z.infer<typeof storedCursor>;

export const cursorOf = ({ missing, nobody, ...same }: StoredCursor): NotificationCursor => ({
  ...same,
  failed: missing,
  noDevice: nobody,
});

export const storedCursorOf = ({ failed, noDevice, ...same }: NotificationCursor): StoredCursor => ({
  ...same,
  missing: failed,
  nobody: noDevice,
});

type Failures = Pick<NotificationCursor, "failed" | "tries" | "failingSince">;

/**
 * Returns the cursor after an outcome at `now`. `claimedAt` is when the notification was claimed.
 * Notifications that were claimed together get the same time, so that their pauses end together.
 * Epoch milliseconds.
 */
export function advanceCursor(
  before: NotificationCursor,
  { notification, result, failed }: DeliveryOutcome,
  now: number,
  claimedAt: number,
): NotificationCursor {
  const stillFailed = { ...untriedFailures(before, notification), ...retryTimes(failed, now) };
  if (notification.action === "clear") {
    const isCleared = Object.keys(stillFailed).length === 0;
    return {
      ...before,
      ...failuresAfter(before, stillFailed, now),
      shown: !isCleared,
      clearing: !isCleared,
      updating: false,
    };
  }
  // A concurrent delivery already advanced the cursor.
  if (before.seq > notification.seq) return before;
  const { seq, message, mention, version, isUpdate } = notification;
  const position = { seq, at: before.seq === seq ? before.at : claimedAt };
  if (result === "no_device") {
    return { ...before, ...position, ...failuresAfter(before, {}, now), clearing: false, noDevice: true };
  }
  if (result === "silenced") {
    // A silenced new message leaves earlier failures as they are. A silenced retry ends them.
    const failures = notification.only === null ? before.failed : stillFailed;
    return { ...before, ...position, ...failuresAfter(before, failures, now), noDevice: false };
  }
  return {
    ...position,
    ...{ message, mention, version, shown: true, clearing: false, noDevice: false },
    updating: isUpdate && Object.keys(stillFailed).length > 0,
    ...failuresAfter(before, stillFailed, now),
  };
}

/** Returns the devices that failed before and that this notification did not try. */
function untriedFailures({ failed }: NotificationCursor, { only, except }: DueNotification): Record<string, number> {
  const isUntried = (id: string) => (only === null ? except.includes(id) : !only.includes(id));
  return Object.fromEntries(Object.entries(failed).filter(([id]) => isUntried(id)));
}

/** Converts the milliseconds until each retry to the time of the retry. */
const retryTimes = (failed: Record<string, number>, now: number): Record<string, number> =>
  Object.fromEntries(Object.entries(failed).map(([id, ms]) => [id, now + ms]));

function failuresAfter(before: NotificationCursor, failed: Record<string, number>, now: number): Failures {
  if (Object.keys(failed).length === 0) return { failed, tries: 0, failingSince: 0 };
  const lastRetryAt = Math.max(0, ...Object.values(before.failed));
  const isSameRun = lastRetryAt > 0 && now - lastRetryAt < FAILURES_EXPIRE_MS;
  return {
    failed,
    tries: isSameRun ? before.tries + 1 : 1,
    failingSince: isSameRun ? before.failingSince : now,
  };
}
