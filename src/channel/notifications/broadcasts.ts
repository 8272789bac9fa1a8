// Notifies the members of a large channel of a message that mentions everyone, or a role. The
// channel does not know them all, so a job walks the members in the directory, 100 at a time, and
// asks the channel for each page what to show. At most one such message in 10 minutes is notified.
// A job that the queue refused, or that a crash prevented, is sent by the alarm.
import type { ClaimedNotifications, DueNotification, PushQueue } from "../../domain/notification-ports";
import { type BroadcastJob, type Event, limits, type Mentions, noMentions, type RoleId } from "../../protocol";
import { logError } from "../../runtime/logger";
import { type ChannelAlarm, REDELIVERY_MS } from "../alarm";
import type { InboxRows } from "../inbox/inbox-rows";
import type { Viewers } from "../live/viewers";
import type { Log } from "../log/log";
import type { RosterMirror } from "../members/roster-mirror";
import type { Checkpoint } from "../members/state-saver";
import type { UsageCounter } from "../usage";

/** A message that is older is no news. */
const FRESH_MS = 3_600_000;

interface BroadcastsParts {
  sql: SqlStorage;
  log: Log;
  roster: RosterMirror;
  checkpoint: Checkpoint;
  inboxRows: InboxRows;
  viewers: Viewers;
  pushQueue: PushQueue;
  usage: UsageCounter;
  alarm: ChannelAlarm;
  now(): number;
}

interface PendingBroadcast {
  seq: number;
  /** Null for everyone. */
  roles: RoleId[] | null;
}

export class Broadcasts {
  /** The message that is notified next. */
  #pending: PendingBroadcast | null = null;
  #isSending = false;

  constructor(private readonly parts: BroadcastsParts) {
    if (parts.roster.isLarge) this.#readUnsent();
  }

  onEntriesAppended(events: readonly Event[]): void {
    const { roster, checkpoint } = this.parts;
    if (!roster.isLarge) return;
    for (const { type, seq, at, data } of events)
      if (type === "message.sent" && data.body.state === "live") this.#note(seq, at, data.body.mentions);
    // What precedes this entry is handled. It is saved with the next save.
    checkpoint.broadcastTo = this.#pending ? this.#pending.seq - 1 : this.parts.log.head;
    this.send();
  }

  /** Sends the job that is due. Call it when the alarm fires too. */
  send(): void {
    const { log, roster, checkpoint, pushQueue, usage, alarm, now } = this.parts;
    const pending = this.#pending;
    if (!pending || this.#isSending || !roster.isLarge) return;
    const { channel, epoch } = log.header;
    const { seq, roles } = pending;
    const job: BroadcastJob = {
      kind: "broadcast",
      id: `${channel}.${epoch}.${seq}`,
      channel,
      epoch,
      seq,
      roles,
      after: "",
    };
    this.#isSending = true;
    usage.queueMessages++;
    pushQueue
      .send(job)
      .then(() => {
        if (this.#pending === pending) this.#pending = null;
        checkpoint.broadcastTo = log.head;
        checkpoint.hasUnsavedBroadcast = true;
      })
      .catch((error: unknown) => {
        logError("push.queue", error, { channel });
        alarm.arm(now() + REDELIVERY_MS);
      })
      .finally(() => {
        this.#isSending = false;
      });
  }

  /** Returns what a page of members is to be shown; without the message if it was deleted. */
  claim({ seq, epoch }: BroadcastJob, users: readonly string[]): ClaimedNotifications {
    const { log, inboxRows, viewers } = this.parts;
    const { kind, name, epochNumber } = log.header;
    const message = epoch === log.epoch ? inboxRows.notificationMessage(seq) : null;
    const { named, version } = inboxRows.mentionOf(seq);
    // Those whom it names are notified as everywhere, and those who view the channel have it.
    const isAsked = (user: string) => user !== message?.author && !named.includes(user) && !viewers.isViewing(user);
    const show = { action: "show", seq, message: seq, mention: true, version, isUpdate: false, unread: 1 } as const;
    const notifications = users
      .filter(isAsked)
      .map((user): DueNotification => ({ user, ...show, only: null, except: [], tries: 0, failingSince: 0 }));
    const claimed = { claim: 0, epoch: log.epoch, kind, name, epochNumber };
    return message
      ? { ...claimed, notifications, messages: { [seq]: message } }
      : { ...claimed, notifications: [], messages: {} };
  }

  #note(seq: number, at: number, { all, roles = [] }: Mentions): void {
    if (all === null && roles.length === 0) return;
    const { checkpoint } = this.parts;
    if (this.#pending || Math.abs(at - checkpoint.broadcastAt) < limits.broadcastEveryMs) return;
    checkpoint.broadcastAt = at;
    this.#pending = { seq, roles: all === null ? roles : null };
  }

  /** Finds a message whose job a crash may have prevented. A second job does no harm. */
  #readUnsent(): void {
    const { sql, log, checkpoint, now } = this.parts;
    const rows = sql.exec<{ seq: number; at: number; mentions: string }>(
      `SELECT seq, at, mentions FROM current_entries WHERE seq > ? AND at > ? AND mentions IS NOT NULL
         AND type = 'message.sent' AND deleted = 0 ORDER BY seq`,
      checkpoint.broadcastTo ?? log.head,
      now() - FRESH_MS,
    );
    for (const { seq, at, mentions } of rows) this.#note(seq, at, { ...noMentions, ...JSON.parse(mentions) });
  }
}
