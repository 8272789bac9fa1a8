// A change of a guild in one batch: its condition, its statements, the next revision, and the
// outbox row that brings it to the channels even if the request fails. If the condition does not
// hold, the batch changes nothing.
import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { type AuditRecord, encodeChanges } from "../domain/guild-audit";
import type { ChannelId, GuildId, UserId } from "../protocol";
import { isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { guildAudit, guildOutbox, guilds } from "./guild-schema";
import { FIRST_RETRY_MS } from "./retry-times";
import { outboxRow } from "./roster-change";
import { channels, rosterOutbox } from "./schema";

/**
 * A change that was decided on the guild as it was at the revision `at`. It is made only if the
 * guild is still at that revision, so that the rules of `domain/guild-authority.ts` are not written
 * a second time in SQL.
 */
export interface DecidedChange extends RecordedChange {
  at: number;
}

/** A change of a guild, with what the audit log says of it; null if it says nothing. */
export interface RecordedChange {
  guild: GuildId;
  actor: UserId;
  now: number;
  audit: AuditRecord | null;
}

/** The guild is as it was when the change was decided, and the account of the actor is open. */
export const isAsDecided = ({ actor, at }: Pick<DecidedChange, "actor" | "at">): SQL =>
  sql`${guilds.revision} = ${at} AND ${isOpenAccount(actor)}`;

/** The same for a statement that does not read the row of the guild. */
export const isAsDecidedIn = (guild: GuildId, change: Pick<DecidedChange, "actor" | "at">): SQL =>
  sql`EXISTS (SELECT 1 FROM ${guilds} WHERE ${guilds.id} = ${guild} AND ${isAsDecided(change)})`;

/** Which channels mirror a change: all of them, or those that its statements name. */
export type MirroredBy = "every_channel" | "named_channels";

/**
 * Makes a change if `condition`, on the row of the guild, holds at the beginning of its batch.
 * `statementsOf` gets the condition that every statement must carry. The audit log gets its entry
 * in the same batch, so it has every change and nothing else. `subject` is the member who is added,
 * changed or removed, and `isJoin` says that nothing else happens. Both matter only to large
 * channels. Returns whether the change was made.
 */
export async function changeGuildRows(
  db: Database,
  {
    guild,
    now,
    actor,
    audit,
    subject = "",
    isJoin = false,
  }: RecordedChange & { subject?: UserId | ""; isJoin?: boolean },
  condition: SQL | undefined,
  mirroredBy: MirroredBy,
  statementsOf: (isAdmitted: SQL) => BatchItem<"sqlite">[],
): Promise<boolean> {
  const isMirrored = mirroredBy === "every_channel";
  const isAdmitted = sql`EXISTS (SELECT 1 FROM ${guildOutbox} ahead JOIN ${guilds} changed ON changed.id = ahead.guild
    WHERE ahead.guild = ${guild} AND ahead.revision = changed.revision + 1)`;
  const admit = db
    .insert(guildOutbox)
    .select(
      sql`SELECT ${guilds.id}, ${guilds.revision} + 1, ${isMirrored ? 1 : 0}, ${now + FIRST_RETRY_MS}, 0, ${subject},
            ${isJoin ? 1 : 0} FROM ${guilds} WHERE ${guilds.id} = ${guild} AND ${condition ?? sql`true`}`,
    )
    .returning({ guild: guildOutbox.guild });
  const record =
    audit === null
      ? []
      : [
          db.insert(guildAudit).select(
            sql`SELECT ${guilds.id}, ${guilds.revision} + 1, ${now}, ${actor}, ${audit.kind}, ${audit.target},
                  ${audit.reason ?? ""}, ${encodeChanges(audit.changes ?? [])}, NULL, NULL FROM ${guilds}
                  WHERE ${guilds.id} = ${guild} AND ${isAdmitted}`,
          ),
        ];
  const raise = db
    .update(guilds)
    .set({ revision: sql`${guilds.revision} + 1` })
    .where(and(eq(guilds.id, guild), isAdmitted));
  const dropUnmirrored = db
    .delete(guildOutbox)
    .where(and(eq(guildOutbox.guild, guild), eq(guildOutbox.mirrored, false)));
  const [admitted] = await db.batch([admit, ...statementsOf(isAdmitted), ...record, raise, dropUnmirrored]);
  return admitted.length === 1;
}

/** The guild of the row was not deleted. */
export const isKept: SQL = isNull(guilds.deleteAt);

/** Returns the statements that give these channels a new roster. */
export const raiseChannels = (db: Database, condition: SQL | undefined, actor: UserId | "", now: number) =>
  [
    db
      .update(channels)
      .set({ revision: sql`${channels.revision} + 1` })
      .where(condition),
    db
      .insert(rosterOutbox)
      .select(sql`SELECT ${outboxRow({ actor, subject: "", now })} FROM ${channels} WHERE ${condition}`),
  ] as const;

/**
 * Returns the statements that give a new roster to all channels of these guilds, because the
 * account of `subject`, a member of each, changed.
 */
export const raiseGuilds = (db: Database, condition: SQL, subject: UserId, now: number) =>
  [
    db
      .update(guilds)
      .set({ revision: sql`${guilds.revision} + 1` })
      .where(condition),
    db
      .insert(guildOutbox)
      .select(
        sql`SELECT ${guilds.id}, ${guilds.revision}, 1, ${now + FIRST_RETRY_MS}, 0, ${subject}, 0 FROM ${guilds} WHERE ${condition}`,
      ),
  ] as const;

/** Like `raiseChannels`, for one channel under the condition of the batch. */
export const raiseChannel = (db: Database, channel: ChannelId, { actor, now }: DecidedChange, isAdmitted: SQL) =>
  raiseChannels(db, and(eq(channels.id, channel), isAdmitted), actor, now);
