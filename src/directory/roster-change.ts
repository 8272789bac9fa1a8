// A change of a channel in one batch: its condition, its statements, the next revision, and the
// outbox row that brings it to the object even if the request fails. If the condition does not
// hold, the batch changes nothing.
import { eq, type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { ChannelId, UserId } from "../protocol";
import type { Database } from "./database";
import { FIRST_RETRY_MS } from "./retry-times";
import { channels, rosterOutbox } from "./schema";

/** A change of a channel or of one of its members. */
export interface ChannelChange {
  channel: ChannelId;
  /** Empty for the operator. */
  actor: UserId | "";
  /** The member that changes; empty for the channel itself. */
  subject: UserId | "";
  now: number;
}

/**
 * The values of an outbox row of the channel in the row of `channels`. `ahead`: by how much its
 * revision is ahead of the channel's.
 */
export const outboxRow = ({ actor, subject, now }: Omit<ChannelChange, "channel">, ahead = 0): SQL =>
  sql`${channels.id}, ${channels.revision} + ${ahead}, '', ${actor}, ${subject}, ${now}, ${now + FIRST_RETRY_MS}, 0`;

/**
 * Returns the statements that give a new roster to the channels that meet a condition, for the
 * batch of a change that their rosters mirror.
 */
export const raiseRosters = (db: Database, condition: SQL | undefined, now: number) =>
  [
    db
      .update(channels)
      .set({ revision: sql`${channels.revision} + 1` })
      .where(condition),
    db
      .insert(rosterOutbox)
      .select(sql`SELECT ${outboxRow({ actor: "", subject: "", now })} FROM ${channels} WHERE ${condition}`),
  ] as const;

/**
 * Makes a change if `condition` holds at the beginning of its batch. `statementsOf` gets the
 * condition that every statement must carry. Returns whether the change was made.
 *
 * The first statement checks the condition and adds the outbox row, one revision ahead of the
 * channel. The others run only where such a row is, and the last one raises the revision. Outside
 * of a batch no row is ahead.
 */
export async function changeRoster(
  db: Database,
  change: ChannelChange,
  condition: SQL | undefined,
  statementsOf: (isAdmitted: SQL) => BatchItem<"sqlite">[],
): Promise<boolean> {
  const { channel } = change;
  const isAdmitted = sql`EXISTS (SELECT 1 FROM ${rosterOutbox} ahead JOIN ${channels} changed ON changed.id = ahead.object
    WHERE ahead.object = ${channel} AND ahead.revision = changed.revision + 1)`;
  const admit = db
    .insert(rosterOutbox)
    .select(
      sql`SELECT ${outboxRow(change, 1)} FROM ${channels}
            WHERE ${channels.id} = ${channel} AND ${condition ?? sql`true`}`,
    )
    .returning({ object: rosterOutbox.object });
  const raise = db
    .update(channels)
    .set({ revision: sql`${channels.revision} + 1` })
    .where(sql`${eq(channels.id, channel)} AND ${isAdmitted}`);
  const [admitted] = await db.batch([admit, ...statementsOf(isAdmitted), raise]);
  return admitted.length === 1;
}
