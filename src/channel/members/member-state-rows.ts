// The states of the members of a large channel, one row for each: a packed row of all members would
// be written whenever one of them reads. A state is read when its member is asked for.
import * as z from "zod";
import type { NotificationCursor } from "../../domain/notification-schedule";
import { storedCursor, storedCursorOf } from "./notification-cursor";
import { NOTHING_UNSEEN, type UnseenStates, unseenState } from "./unseen-states";

/** The state of one member as it is stored. What is left out is as for a new member. */
const storedMemberState = z.object({
  read: z.int().default(0),
  unreadFrom: z.int().nullable().default(null),
  offline: z.boolean().default(false),
  idle: z.boolean().default(false),
  told: storedCursor.nullable().default(null),
  unseen: unseenState.nullable().default(null),
  /** Up to which entry `unseen` is computed; left out if it is the read mark. */
  unseenTo: z.int().optional(),
});

type StoredMemberState = z.infer<typeof storedMemberState>;

export class MemberStateRows {
  constructor(private readonly sql: SqlStorage) {}

  /** Returns the state of a member; that of a new member if there is no row. */
  read(user: string): StoredMemberState {
    const row = this.sql.exec<{ state: string }>("SELECT state FROM member_states WHERE user = ?", user).toArray()[0];
    return storedMemberState.parse(row ? JSON.parse(row.state) : {});
  }

  write(user: string, state: StoredMemberState): void {
    this.sql.exec("INSERT OR REPLACE INTO member_states (user, state) VALUES (?, ?)", user, JSON.stringify(state));
  }

  remove(user: string): void {
    this.sql.exec("DELETE FROM member_states WHERE user = ?", user);
  }

  clear(): void {
    this.sql.exec("DELETE FROM member_states");
  }
}

/** The states of all members, as far as a row has them. */
interface StatesInMemory {
  reads: ReadonlyMap<string, number>;
  unreadFrom: ReadonlyMap<string, number>;
  offline: ReadonlySet<string>;
  idle: ReadonlySet<string>;
  cursors: ReadonlyMap<string, NotificationCursor>;
  unseen: UnseenStates;
}

/** Returns the state of a member as it is stored. */
export function storedStateOf(data: StatesInMemory, user: string): StoredMemberState {
  const { reads, unreadFrom, offline, idle, cursors, unseen } = data;
  const [read, cursor, state] = [reads.get(user) ?? 0, cursors.get(user), unseen.of(user)];
  const unseenTo = unseen.computedToOf(user);
  return {
    read,
    unreadFrom: unreadFrom.get(user) ?? null,
    offline: offline.has(user),
    idle: idle.has(user),
    told: cursor ? storedCursorOf(cursor) : null,
    unseen: state === NOTHING_UNSEEN ? null : state,
    ...(unseenTo !== read && { unseenTo }),
  };
}
