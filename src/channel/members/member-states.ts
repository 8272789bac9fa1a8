// Where the members stand: how far each has read, what their devices were told, and who need not be called until they come back. In memory, and in
// one packed row that is written rarely: what an open socket has marked also lies in its attachment, which outlives
// hibernation without costing a row.
import * as z from "zod";
import type { Told } from "../../domain/notification";
import { raiseMark } from "../../domain/read-mark";
import { type Usage, usage } from "../../protocol";

const marks = z.record(z.string(), z.number());
const told = z.object({
  seq: z.int(),
  at: z.int(),
  message: z.int().nullable(),
  mention: z.boolean(),
  shown: z.boolean(),
  missing: z.record(z.string(), z.number()),
  clearing: z.boolean(),
  tries: z.int(),
  failingSince: z.int(),
  nobody: z.boolean(),
});

const packed = z.object({
  reads: marks,
  unreadFrom: marks,
  quiet: z.array(z.string()),
  archived: z.int().default(0),
  usage: usage.nullable().default(null),
  told: z.record(z.string(), told).default({}),
  idle: z.array(z.string()).default([]),
  /** Of the log, when the row was saved; null in a row that is older than this. */
  head: z.int().nullable().default(null),
});

const authors = `SELECT actor, max(seq) AS seq FROM entries WHERE seq > ? AND type = 'message.sent' GROUP BY actor`;

/** Twice as many as there are members. */
const TOLD = 200;

const SAVE_EVERY_MS = 60_000;
/** Entries of the archive whose repetition would cost more than a row. */
const FAR = 200;

export class Standing {
  readonly #reads: Map<string, number>;
  readonly #unreadFrom: Map<string, number>;
  readonly #quiet: Set<string>;
  readonly #told: Map<string, Told>;
  /** People whose devices were connected and not in use, by the last answer of theirs: saved when something else is. */
  readonly idle: Set<string>;
  #saved: { reads: Record<string, number>; quiet: boolean; archived: number; at: number };
  /** How far the archive holds the log. A lost rise costs a repetition. */
  archived: number;
  /** What had been counted when the row was saved last. */
  readonly usageBefore: Usage | null;

  /** `host`: what has been counted, and where the log is, for the row. */
  constructor(
    private readonly sql: SqlStorage,
    private readonly host: { usage(): Usage; head(): number },
  ) {
    const row = sql.exec<{ state: string }>("SELECT state FROM standing").toArray()[0];
    const state = packed.parse(row ? JSON.parse(row.state) : { reads: {}, unreadFrom: {}, quiet: [], head: 0 });
    this.#reads = new Map(Object.entries(state.reads));
    this.#unreadFrom = new Map(Object.entries(state.unreadFrom));
    this.#quiet = new Set(state.quiet);
    this.#told = new Map(Object.entries(state.told));
    this.idle = new Set(state.idle);
    this.archived = state.archived;
    this.usageBefore = state.usage;
    this.#saved = { reads: state.reads, quiet: true, archived: state.archived, at: 0 };
    // Whoever writes has read what stands above: the log knows it, whatever was lost.
    const written = state.head === null ? [] : sql.exec<{ actor: string; seq: number }>(authors, state.head);
    for (const { actor, seq } of written) this.raise(actor, seq, seq);
  }

  readOf(user: string): number {
    return this.#reads.get(user) ?? 0;
  }

  get reads(): ReadonlyMap<string, number> {
    return this.#reads;
  }

  /** Raises a mark; false when it stays where it is. */
  raise(user: string, seq: number, head: number): boolean {
    const next = raiseMark(this.readOf(user), seq, head);
    if (next === null) return false;
    this.#reads.set(user, next);
    return true;
  }

  /** Where somebody set the channel to unread again. */
  unreadFromOf(user: string): number | null {
    return this.#unreadFrom.get(user) ?? null;
  }

  setUnread(user: string, seq: number, now: number): void {
    this.#unreadFrom.set(user, seq);
    this.save(now);
  }

  /** Reading up to a message ends it; false where nothing was set. */
  clearUnread(user: string, seq: number, now: number): boolean {
    const from = this.#unreadFrom.get(user);
    if (from === undefined || seq < from) return false;
    this.#unreadFrom.delete(user);
    this.save(now);
    return true;
  }

  isQuiet(user: string): boolean {
    return this.#quiet.has(user);
  }

  /** Their user object has no device and will ask by itself: no more calls. Saved at the next occasion; losing it costs a call. */
  silence(user: string): void {
    if (this.#quiet.has(user)) return;
    this.#quiet.add(user);
    this.#saved.quiet = false;
  }

  /** They are back. Saved at once: a lost `wake` would be a missed signal. */
  rouse(user: string, now: number): void {
    if (this.#quiet.delete(user)) this.save(now);
  }

  /** What somebody's devices have been told by push; null where nothing was. */
  toldOf(user: string): Told | null {
    return this.#told.get(user) ?? null;
  }

  /** Losing it would tell them twice: to be followed by `save`. */
  tell(user: string, told: Told): void {
    this.#told.delete(user);
    this.#told.set(user, told);
    // Those who were told longest ago, of whom some are gone.
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= TOLD) break;
      this.#told.delete(oldest);
    }
  }

  /** The log was put back: no mark lies beyond the head, and who was told to be absent then may be here now. */
  clamp(head: number, now: number): void {
    this.#quiet.clear();
    for (const [user, seq] of this.#reads) this.#reads.set(user, Math.min(seq, head));
    for (const [user, seq] of this.#unreadFrom) this.#unreadFrom.set(user, Math.min(seq, head));
    for (const [user, told] of this.#told) this.#told.set(user, { ...told, seq: Math.min(told.seq, head) });
    this.save(now);
  }

  forget(user: string): void {
    this.#reads.delete(user);
    this.#unreadFrom.delete(user);
    this.#quiet.delete(user);
    // What their devices show is taken back when they come again and read it.
    if (!this.#told.get(user)?.shown) this.#told.delete(user);
    this.idle.delete(user);
  }

  /** Whether a person's mark would be lost with the memory. */
  isUnsaved(user: string): boolean {
    return (this.#saved.reads[user] ?? 0) !== this.readOf(user);
  }

  /**
   * Saves what would be lost with the memory and may not be. `held`: what the attachments of open sockets hold, by user.
   */
  saveUnsafe(now: number, held: ReadonlyMap<string, number>): void {
    const isUnsafe = this.#unsaved().some(([user, read]) => read > (held.get(user) ?? 0));
    if (!this.#saved.quiet || isUnsafe) this.save(now);
  }

  /** Besides, the marks and the cursor of the archive: at most once a minute, or where much has come together. */
  saveDue(now: number, held: ReadonlyMap<string, number>): void {
    const unsaved = this.#unsaved();
    const isFar = Math.abs(this.archived - this.#saved.archived) >= FAR;
    const isBehind = unsaved.length > 0 || this.archived !== this.#saved.archived;
    const isDue = isBehind && Math.abs(now - this.#saved.at) >= SAVE_EVERY_MS;
    if (isFar || isDue) this.save(now);
    else this.saveUnsafe(now, held);
  }

  #unsaved(): [user: string, read: number][] {
    return [...this.#reads].filter(([user]) => this.isUnsaved(user));
  }

  save(now: number): void {
    const reads = Object.fromEntries(this.#reads);
    const { archived } = this;
    const unreadFrom = Object.fromEntries(this.#unreadFrom);
    const told = Object.fromEntries(this.#told);
    const [quiet, idle] = [[...this.#quiet], [...this.idle]];
    const usage = this.host.usage();
    const state = { reads, unreadFrom, quiet, archived, usage, told, idle, head: this.host.head() };
    this.sql.exec("INSERT OR REPLACE INTO standing (id, state) VALUES (1, ?)", JSON.stringify(state));
    this.#saved = { reads, quiet: true, archived, at: now };
  }
}
