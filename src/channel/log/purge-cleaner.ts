// Cleans what purges have hidden, slice by slice, by the channel's alarm. Each slice is a turn, so
// that messages are handled between two of them. An alarm is set until nothing is left.
import { type ChannelAlarm, REDELIVERY_MS } from "../alarm";
import type { Log } from "./log";
import type { Turn } from "./turn";

/** How long one alarm cleans. The next one follows at once. */
const CLEAN_MS = 500;

interface PurgeCleanerParts {
  log: Pick<Log, "purges">;
  turn: Pick<Turn, "enqueue">;
  alarm: Pick<ChannelAlarm, "arm">;
  now(): number;
}

export class PurgeCleaner {
  constructor(private readonly parts: PurgeCleanerParts) {
    // A restore may have brought back ranges without the alarm that cleans them.
    if (parts.log.purges.isCleaning) parts.alarm.arm(parts.now());
  }

  async onAlarm(): Promise<void> {
    const { log, alarm, now } = this.parts;
    if (!log.purges.isCleaning) return;
    const until = now() + CLEAN_MS;
    while (log.purges.isCleaning && now() < until) await this.#cleanSlice();
    // A drain that runs already may not see what was cleaned last.
    alarm.arm(log.purges.isCleaning ? now() : now() + REDELIVERY_MS);
  }

  async #cleanSlice(): Promise<void> {
    const { log, turn } = this.parts;
    const write = () => {
      log.purges.clean();
      return { events: [], answer: () => {} };
    };
    // If the turn fails, the object is aborted, and the alarm runs again.
    await turn.enqueue({ kind: "write", bytes: 0, write, abandon: () => {} });
  }
}
