// Reports to the directory which files the messages of the channel have, by the channel's alarm. A
// change waits in the table `files` until the directory has confirmed it, so a crash loses none. A
// file that no message has any more is then deleted, if no other channel has it either.
import type { FilesPort } from "../../domain/ports";
import { withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { exponentialBackoff } from "../../runtime/retry";
import { type ChannelAlarm, REDELIVERY_ACTIVE_MS } from "../alarm";
import type { Log } from "../log/log";
import type { TurnListener } from "../turn-committed";

/** The most changes of one request, and how many requests one alarm makes. */
const BATCH_CHANGES = 100;
const BATCHES = 20;
/** How long a request may take. After this time the directory counts as unavailable. */
const REQUEST_TIMEOUT_MS = 15_000;
/** The pause after the first failure in a row, and the longest pause. */
const RETRY_MS = 2_000;
const RETRY_MAX_MS = 300_000;

export interface FileReportsParts {
  log: Pick<Log, "files" | "header">;
  reportedTo: FilesPort;
  alarm: Pick<ChannelAlarm, "arm">;
  now(): number;
}

export class FileReports implements TurnListener {
  #running: Promise<boolean> | null = null;
  /** Whether changes may be due. Not known when the object wakes. */
  #mayBeDue = true;
  #failures = 0;
  #retryAt = 0;

  constructor(private readonly parts: FileReportsParts) {}

  /** The ticket of a new message promises its file for days, so a report may wait. */
  onTurnCommitted(): void {
    if (!this.parts.log.files.hasChanged) return;
    this.parts.log.files.hasChanged = false;
    this.#mayBeDue = true;
    this.parts.alarm.arm(this.parts.now() + REDELIVERY_ACTIVE_MS);
  }

  /** Reports what is due, and sets the alarm again if something is left. Never throws. */
  async onAlarm(): Promise<void> {
    if (!this.#mayBeDue) return;
    if (this.parts.now() < this.#retryAt) this.parts.alarm.arm(this.#retryAt);
    else await this.report();
  }

  /** Reports all changes. Returns whether none are left. Never throws. */
  report(): Promise<boolean> {
    this.#running ??= this.#report().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #report(): Promise<boolean> {
    const { log, reportedTo, alarm, now } = this.parts;
    try {
      for (let batch = 0; batch < BATCHES; batch++) {
        const changes = log.files.unreported(BATCH_CHANGES);
        if (changes.length === 0) {
          this.#mayBeDue = log.files.hasChanged;
          return true;
        }
        await withTimeout(reportedTo.applyReferences(log.header.channel, changes), REQUEST_TIMEOUT_MS);
        log.files.confirm(changes);
        this.#failures = 0;
        this.#retryAt = 0;
      }
    } catch (error) {
      this.#failures++;
      this.#retryAt = now() + exponentialBackoff(this.#failures, RETRY_MS, RETRY_MAX_MS);
      logError("files.report-failed", error);
    }
    alarm.arm(Math.max(now(), this.#retryAt));
    return false;
  }
}
