// Saves the member states and the checkpoint of a channel in one packed row. The row is written
// rarely: a read mark is also in the state of its socket, which survives hibernation without a row.
import * as z from "zod";
import { budgetDayOf, startOfBudgetDay } from "../../domain/daily-budget";
import type { NotificationCursor } from "../../domain/notification-schedule";
import { type Budgets, type Usage, usage } from "../../protocol";
import { DailyBytes, storedDailyBytes } from "./daily-bytes";
import { MemberStates } from "./member-states";
import { UnseenStates, unseenState } from "./unseen-states";

const SAVE_EVERY_MS = 60_000;
/**
 * How many entries the archive cursor may move before the cursor is saved. Archiving more entries
 * again would cost more than a row.
 */
const ARCHIVED_UNSAVED_MAX = 200;

const marks = z.record(z.string(), z.number());

/**
 * A notification cursor as it is stored. `missing` and `nobody` are the stored names of `failed`
 * and `noDevice`.
 */
const storedCursor = z.object({
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

/**
 * The row as it is stored. `quiet` and `told` are the stored names of the offline members and the
 * cursors.
 */
const storedState = z.object({
  /** Rows of an earlier version have none. */
  v: z.literal(1).default(1),
  reads: marks,
  unreadFrom: marks,
  quiet: z.array(z.string()),
  archived: z.int().default(0),
  usage: usage.nullable().default(null),
  told: z.record(z.string(), storedCursor).default({}),
  idle: z.array(z.string()).default([]),
  /** The head of the log when the row was saved; null in a row of an earlier version. */
  head: z.int().nullable().default(null),
  leaving: z.array(z.string()).default([]),
  daily: storedDailyBytes.nullable().default(null),
  unseen: z.record(z.string(), unseenState).default({}),
  /** See `UnseenStates.stored`. */
  unseenTo: marks.default({}),
});

type StoredCursor = z.infer<typeof storedCursor>;
type StoredState = z.infer<typeof storedState>;

/**
 * What the entries after a position say of their authors: the seq of the newest message, and the
 * bytes of parts since a time. An edit counts with the present parts of its message.
 */
const unsavedByAuthor = `SELECT e.actor, max(CASE e.type WHEN 'message.sent' THEN e.seq END) AS seq,
    sum(CASE WHEN e.at >= ? THEN length(CAST(coalesce(e.body, t.body, '') AS BLOB))
      + length(CAST(coalesce(e.parts, t.parts, '') AS BLOB)) ELSE 0 END) AS bytes
  FROM entries e LEFT JOIN entries t ON t.seq = e.target AND e.type = 'message.edited'
  WHERE e.seq > ? AND e.type IN ('message.sent', 'message.edited') GROUP BY e.actor`;

type UnsavedColumns = { actor: string; seq: number | null; bytes: number };

/** What the row holds that other parts compute. */
export interface StateSaverSources {
  usage(): Usage;
  head(): number;
  budgets: Budgets;
}

/**
 * What a channel saves of itself besides its log. If a rise of `archivedTo` is lost, entries are
 * archived again.
 */
export class Checkpoint {
  constructor(
    /**
     * The archive holds the log up to this entry. Below 0 the archive must be emptied first. Stored
     * as `archived`.
     */
    public archivedTo: number,
    /** What the channel had counted when the row was last saved; null if it never was. */
    readonly usageBefore: Usage | null,
  ) {}
}

export class StateSaver {
  readonly members: MemberStates;
  readonly checkpoint: Checkpoint;
  readonly dailyBytes: DailyBytes;
  #saved: { reads: Record<string, number>; archivedTo: number; at: number };

  constructor(
    private readonly sql: SqlStorage,
    private readonly sources: StateSaverSources,
    now: number,
  ) {
    const state = readState(sql);
    this.members = new MemberStates(
      {
        reads: new Map(Object.entries(state.reads)),
        unreadFrom: new Map(Object.entries(state.unreadFrom)),
        offline: new Set(state.quiet),
        idle: new Set(state.idle),
        cursors: new Map(Object.entries(state.told).map(([user, stored]) => [user, cursorOf(stored)])),
        leaving: new Set(state.leaving),
        unseen: new UnseenStates(
          new Map(Object.entries(state.unseen)),
          new Map(Object.entries({ ...state.reads, ...state.unseenTo })),
        ),
      },
      (now) => this.save(now),
    );
    this.checkpoint = new Checkpoint(state.archived, state.usage);
    this.dailyBytes = new DailyBytes(state.daily, sources.budgets);
    this.#saved = { reads: state.reads, archivedTo: state.archived, at: 0 };
    // Sending marks everything before it as read. The log shows this even if the mark was not
    // saved. The bytes of the day are counted again from the log too.
    if (state.head === null || state.head === sources.head()) return;
    const today = startOfBudgetDay(budgetDayOf(now));
    for (const { actor, seq, bytes } of sql.exec<UnsavedColumns>(unsavedByAuthor, today, state.head)) {
      if (seq !== null) this.members.raise(actor, seq, seq);
      if (bytes > 0) this.dailyBytes.count(actor, bytes, now);
    }
  }

  /** Whether a member's read mark is not in the saved state. */
  isUnsaved(user: string): boolean {
    return (this.#saved.reads[user] ?? 0) !== this.members.readOf(user) || this.members.unseen.unsaved.has(user);
  }

  /**
   * Saves what a loss of memory would lose. `socketMarks`: the highest read mark in the states of
   * open sockets, by user.
   */
  saveUnsafe(now: number, socketMarks: ReadonlyMap<string, number>): void {
    const isUnsafe = this.#unsavedMarks().some(([user, read]) => read > (socketMarks.get(user) ?? 0));
    if (this.members.hasUnsavedOffline || isUnsafe) this.save(now);
  }

  /**
   * Saves unsaved read marks and the archive cursor at most once a minute, or at once if the cursor
   * moved far. Otherwise saves only what a loss of memory would lose.
   */
  saveDue(now: number, socketMarks: ReadonlyMap<string, number>): void {
    const { archivedTo } = this.checkpoint;
    const movedBy = Math.abs(archivedTo - this.#saved.archivedTo);
    const isUnsaved = movedBy > 0 || this.#unsavedMarks().length > 0;
    const isDue = isUnsaved && Math.abs(now - this.#saved.at) >= SAVE_EVERY_MS;
    if (movedBy >= ARCHIVED_UNSAVED_MAX || isDue) this.save(now);
    else this.saveUnsafe(now, socketMarks);
  }

  save(now: number): void {
    const { members, checkpoint, sources } = this;
    const unseen = members.unseen.stored(members.reads);
    const state: StoredState = {
      v: 1,
      reads: Object.fromEntries(members.reads),
      unreadFrom: Object.fromEntries(members.unreadFrom),
      quiet: [...members.offline],
      archived: checkpoint.archivedTo,
      usage: sources.usage(),
      told: Object.fromEntries([...members.cursors].map(([user, cursor]) => [user, storedCursorOf(cursor)])),
      idle: [...members.idle],
      head: sources.head(),
      leaving: [...members.leaving],
      daily: this.dailyBytes.stored,
      unseen: unseen.states,
      unseenTo: unseen.computedTo,
    };
    this.sql.exec("INSERT OR REPLACE INTO standing (id, state) VALUES (1, ?)", JSON.stringify(state));
    this.#saved = { reads: state.reads, archivedTo: state.archived, at: now };
    members.hasUnsavedOffline = false;
    members.unseen.unsaved.clear();
  }

  #unsavedMarks(): [user: string, read: number][] {
    return [...this.members.reads].filter(([user]) => this.isUnsaved(user));
  }
}

/**
 * Reads the row. Without a row there is no entry either, so nothing must be searched in the log.
 */
function readState(sql: SqlStorage): StoredState {
  const row = sql.exec<{ state: string }>("SELECT state FROM standing").toArray()[0];
  return storedState.parse(row ? JSON.parse(row.state) : { reads: {}, unreadFrom: {}, quiet: [], head: 0 });
}

function cursorOf({ missing, nobody, ...same }: StoredCursor): NotificationCursor {
  return { ...same, failed: missing, noDevice: nobody };
}

function storedCursorOf({ failed, noDevice, ...same }: NotificationCursor): StoredCursor {
  return { ...same, missing: failed, nobody: noDevice };
}
