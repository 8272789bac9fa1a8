// Asks the directory to deliver what objects have not confirmed, at the time that the directory has
// named. The time survives a restart of the object.
import type { DeliveryPort } from "../domain/ports";
import { tuning } from "../domain/tuning";
import { logError } from "../runtime/logger";
import type { DueAlarm, DueWork } from "./alarm";

/** How long one delivery may take before another alarm repeats it. */
const DELIVERY_MS = 60_000;

export class DueDeliveries implements DueWork {
  #due: { user: string; at: number } | null;

  constructor(
    private readonly sql: SqlStorage,
    private readonly directory: DeliveryPort,
    private readonly alarm: DueAlarm,
    private readonly now: () => number,
  ) {
    const stored = sql.exec<{ user: string; at: number }>("SELECT user, at FROM deliveries");
    this.#due = [...stored][0] ?? null;
  }

  /** When the next delivery is due; null for never. Epoch milliseconds. */
  get dueAt(): number | null {
    return this.#due?.at ?? null;
  }

  /** Schedules a delivery of the user's changes, unless one is due earlier. */
  schedule(user: string, at: number): void {
    if (at < (this.dueAt ?? Number.POSITIVE_INFINITY)) this.#set(user, at);
    this.alarm.rearm();
  }

  /** Delivers if a delivery is due. A failure of the directory is retried. */
  async onAlarm(): Promise<void> {
    const { now, directory, alarm } = this;
    const due = this.#due;
    if (due && due.at <= now()) {
      // Replaced below. It stays if the object stops meanwhile.
      const lease = now() + DELIVERY_MS;
      this.#set(due.user, lease);
      const nextAt = await directory.deliverDue(due.user).catch((error) => {
        logError("user.deliver", error);
        return now() + tuning.alarmRetryMs;
      });
      // Another request may have scheduled an earlier delivery meanwhile.
      if (this.dueAt === lease) this.#set(due.user, nextAt);
    }
    alarm.rearm();
  }

  #set(user: string, at: number | null): void {
    const { sql } = this;
    this.#due = at === null ? null : { user, at };
    if (at === null) sql.exec("DELETE FROM deliveries");
    else sql.exec("INSERT OR REPLACE INTO deliveries (id, user, at) VALUES (1, ?, ?)", user, at);
  }
}
