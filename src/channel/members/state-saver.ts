// Saves the member states and the checkpoint of a channel in one packed row. The row is written
// rarely: a read mark is also in the state of its socket, which survives hibernation without a row.
import * as z from "zod";
import { budgetDayOf, startOfBudgetDay } from "../../domain/daily-budget";
import { type Budgets, channelHead, type Usage, usage } from "../../protocol";
import { DailyBytes, storedDailyBytes } from "./daily-bytes";
import { MemberStateRows } from "./member-state-rows";
import { MemberStates } from "./member-states";
import { MentionedMembers, mentionedAfter } from "./mentioned-members";
import { cursorOf, storedCursor, storedCursorOf } from "./notification-cursor";
import { UnseenStates, unseenState } from "./unseen-states";

const SAVE_EVERY_MS = 60_000;
/**
 * How many entries the archive cursor may move before the cursor is saved. Archiving more entries
 * again would cost more than a row.
 */
const ARCHIVED_UNSAVED_MAX = 200;

const marks = z.record(z.string(), z.number());

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
  /** In a large channel: see `Checkpoint.guildHead`. */
  guildHead: channelHead.omit({ channel: true }).nullable().default(null),
  /** In a large channel: see `Checkpoint.broadcastTo`. */
  broadcastTo: z.int().nullable().default(null),
  broadcastAt: z.number().default(0),
  /** In a large channel: see `MentionedMembers`. The states of its members are not in this row. */
  mentioned: z.array(z.string()).default([]),
});

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
  /** Whether each member has a row of their own. */
  isLarge: boolean;
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
    /**
     * The newest message of which the guild object has stored that it is; null if there is none. If
     * a rise is lost, the channel reports it again.
     */
    public guildHead: StoredState["guildHead"] = null,
    /** Members were notified of what mentions everyone or roles up to this entry; null at first. */
    public broadcastTo: number | null = null,
    /** When such a message was last notified. Epoch milliseconds. */
    public broadcastAt = 0,
    /** Whether these were changed since the last save. Losing this notifies twice. */
    public hasUnsavedBroadcast = false,
  ) {}
}

export class StateSaver {
  readonly members: MemberStates;
  readonly checkpoint: Checkpoint;
  readonly dailyBytes: DailyBytes;
  readonly mentioned: MentionedMembers;
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
        rows: new MemberStateRows(sql),
        isLarge: sources.isLarge,
        head: sources.head,
      },
      (now) => this.save(now),
    );
    this.checkpoint = new Checkpoint(
      ...([state.archived, state.usage, state.guildHead, state.broadcastTo ?? state.head, state.broadcastAt] as const),
    );
    this.dailyBytes = new DailyBytes(state.daily, sources.budgets);
    this.#saved = { reads: state.reads, archivedTo: state.archived, at: 0 };
    this.mentioned = new MentionedMembers(state.mentioned);
    if (sources.isLarge) for (const user of mentionedAfter(sql, state.head ?? 0)) this.mentioned.add(user);
    // Sending marks everything before it as read. The log shows this even if the mark was not
    // saved. The bytes of the day are counted again from the log too.
    if (state.head === null || state.head === sources.head()) return;
    const today = startOfBudgetDay(budgetDayOf(now));
    for (const { actor, seq, bytes } of sql.exec<UnsavedColumns>(unsavedByAuthor, today, state.head)) {
      if (seq !== null) this.members.raise(actor, seq, seq);
      if (bytes > 0) this.dailyBytes.count(actor, bytes, now);
    }
  }

  /** Saves what the socket of a member, which closes, held alone. */
  saveClosing(user: string, now: number): void {
    if (this.members.isLarge || this.isUnsaved(user)) this.saveStateOf(user, now);
  }

  /** Saves the state of a member. */
  saveStateOf(user: string, now: number): void {
    if (this.members.isLarge) this.members.saveMember(user);
    else this.save(now);
  }

  /** Whether a member's read mark is not in the saved state. Not for large channels. */
  isUnsaved(user: string): boolean {
    return (this.#saved.reads[user] ?? 0) !== this.members.readOf(user) || this.members.unseen.unsaved.has(user);
  }

  /**
   * Saves what a loss of memory would lose. `socketMarks`: the highest read mark in the states of
   * open sockets, by user.
   */
  saveUnsafe(now: number, socketMarks: ReadonlyMap<string, number>): void {
    const { members } = this;
    if (this.checkpoint.hasUnsavedBroadcast) this.save(now);
    const isAhead = (user: string, read: number) => read > (socketMarks.get(user) ?? 0);
    if (members.isLarge) {
      for (const user of [...members.raised()]) if (isAhead(user, members.readOf(user))) members.saveMember(user);
      members.saveChanged();
      members.hasUnsavedOffline = false;
      return;
    }
    const isUnsafe = this.#unsavedMarks().some(([user, read]) => isAhead(user, read));
    if (this.members.hasUnsavedOffline || isUnsafe) this.save(now);
  }

  /**
   * Saves unsaved read marks and the archive cursor at most once a minute, or at once if the cursor
   * moved far. Otherwise saves only what a loss of memory would lose.
   */
  saveDue(now: number, socketMarks: ReadonlyMap<string, number>): void {
    const { archivedTo } = this.checkpoint;
    const movedBy = Math.abs(archivedTo - this.#saved.archivedTo);
    const isUnsaved = movedBy > 0 || (!this.members.isLarge && this.#unsavedMarks().length > 0);
    const isDue = isUnsaved && Math.abs(now - this.#saved.at) >= SAVE_EVERY_MS;
    if (movedBy >= ARCHIVED_UNSAVED_MAX || isDue) this.save(now);
    else this.saveUnsafe(now, socketMarks);
  }

  save(now: number): void {
    const { members, checkpoint, sources } = this;
    if (members.isLarge) members.saveChanged();
    const state: StoredState = {
      v: 1,
      ...(members.isLarge ? noStates : packedStates(members)),
      archived: checkpoint.archivedTo,
      usage: sources.usage(),
      head: sources.head(),
      leaving: [...members.leaving],
      daily: this.dailyBytes.stored,
      mentioned: this.mentioned.users,
      guildHead: checkpoint.guildHead,
      broadcastTo: checkpoint.broadcastTo,
      broadcastAt: checkpoint.broadcastAt,
    };
    this.sql.exec("INSERT OR REPLACE INTO standing (id, state) VALUES (1, ?)", JSON.stringify(state));
    this.#saved = { reads: state.reads, archivedTo: state.archived, at: now };
    members.hasUnsavedOffline = false;
    checkpoint.hasUnsavedBroadcast = false;
    members.unseen.unsaved.clear();
  }

  #unsavedMarks(): [user: string, read: number][] {
    return [...this.members.reads].filter(([user]) => this.isUnsaved(user));
  }
}

type PackedStates = Pick<StoredState, "reads" | "unreadFrom" | "quiet" | "told" | "idle" | "unseen" | "unseenTo">;

const noStates: PackedStates = { reads: {}, unreadFrom: {}, quiet: [], told: {}, idle: [], unseen: {}, unseenTo: {} };

function packedStates(members: MemberStates): PackedStates {
  const unseen = members.unseen.stored(members.reads);
  return {
    reads: Object.fromEntries(members.reads),
    unreadFrom: Object.fromEntries(members.unreadFrom),
    quiet: [...members.offline],
    told: Object.fromEntries([...members.cursors].map(([user, cursor]) => [user, storedCursorOf(cursor)])),
    idle: [...members.idle],
    unseen: unseen.states,
    unseenTo: unseen.computedTo,
  };
}

/**
 * Reads the row. Without a row there is no entry either, so nothing must be searched in the log.
 */
function readState(sql: SqlStorage): StoredState {
  const row = sql.exec<{ state: string }>("SELECT state FROM standing").toArray()[0];
  return storedState.parse(row ? JSON.parse(row.state) : { reads: {}, unreadFrom: {}, quiet: [], head: 0 });
}
