// Which messages have which files, and the end of a file that none has any more. The sweep asks
// here what is due; the bytes are deleted between `doomFiles` and `deleteFiles`.
import { and, asc, eq, inArray, isNull, lte, type SQL, sql } from "drizzle-orm";
import { type FilesPort, type ReferenceState, referenceStates } from "../domain/file-ports";
import type { ChannelId, FileId, TicketId } from "../protocol";
import { type Database, openDirectory } from "./database";
import { type FileRow, fileReferences, files, fileUsage } from "./file-schema";

export type FileReferenceRow = typeof fileReferences.$inferSelect;

const { promised, held } = referenceStates;

const inList = (ids: readonly string[]): SQL => sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`;

const hasReference = (state: ReferenceState): SQL =>
  sql`EXISTS (SELECT 1 FROM ${fileReferences} r WHERE r.file = ${files.file} AND r.state = ${referenceStates[state]})`;

/** Returns what channels report the files of their messages to. */
export const openFiles = (binding: D1Database, now: () => number): FilesPort => ({
  async applyReferences(channel, changes) {
    if (changes.length === 0) return;
    const db = openDirectory(binding);
    const rows = changes.map(({ file, ticket, state }) => ({ file, ticket, state: referenceStates[state] }));
    const ids = inList(changes.map(({ file }) => file));
    await db.batch([
      db
        .insert(fileReferences)
        .select(
          sql`SELECT value ->> 'file', value ->> 'ticket', ${channel}, value ->> 'state', 0
            FROM json_each(${JSON.stringify(rows)})
            WHERE EXISTS (SELECT 1 FROM ${files} WHERE ${files.file} = value ->> 'file')`,
        )
        .onConflictDoUpdate({
          target: [fileReferences.file, fileReferences.ticket],
          set: { state: sql`excluded.state` },
          setWhere: sql`excluded.state > ${fileReferences.state}`,
        }),
      db
        .update(files)
        .set({ dueAt: null })
        .where(and(inArray(files.file, ids), sql`${files.dueAt} IS NOT NULL`, hasReference("held"))),
      db
        .update(files)
        .set({ dueAt: now() })
        .where(and(inArray(files.file, ids), isNull(files.dueAt), sql`NOT ${hasReference("held")}`)),
    ]);
  },
});

/**
 * Promises a file to another ticket, as a forward does, until `until`. The caller knows that a
 * message has it, which its channel may not have reported yet. Returns false if the bytes are being
 * deleted. Epoch milliseconds.
 */
export async function promiseFile(
  db: Database,
  reference: { file: FileId; ticket: TicketId; channel: ChannelId; until: number },
): Promise<boolean> {
  const { file, ticket, channel, until } = reference;
  const isKept = and(eq(files.file, file), eq(files.isDoomed, false));
  const made = await db
    .insert(fileReferences)
    .select(
      sql`SELECT ${file}, ${ticket}, ${channel}, ${promised}, ${until} WHERE EXISTS (SELECT 1 FROM ${files} WHERE ${isKept})`,
    )
    .returning({ file: fileReferences.file });
  return made.length === 1;
}

/** Returns files that the sweep has to look at, those that are due longest first. */
export const dueFiles = (db: Database, now: number, limit: number): Promise<FileRow[]> =>
  db.select().from(files).where(lte(files.dueAt, now)).orderBy(asc(files.dueAt)).limit(limit);

/** Returns the references of files, of all states. */
export const referencesOf = (db: Database, ids: readonly FileId[]): Promise<FileReferenceRow[]> =>
  db
    .select()
    .from(fileReferences)
    .where(inArray(fileReferences.file, inList(ids)));

/** Sets when the sweep looks at files again; null for files that messages have. */
export async function postponeFiles(db: Database, ids: readonly FileId[], dueAt: number | null): Promise<void> {
  if (ids.length > 0)
    await db
      .update(files)
      .set({ dueAt })
      .where(inArray(files.file, inList(ids)));
}

/**
 * Marks files whose bytes the caller deletes now: those that no message has and no ticket promises
 * at `now`. Returns them. Such a file gets no further reference.
 */
export async function doomFiles(db: Database, ids: readonly FileId[], now: number): Promise<FileId[]> {
  const counts = sql`EXISTS (SELECT 1 FROM ${fileReferences} r WHERE r.file = ${files.file}
    AND (r.state = ${held} OR (r.state = ${promised} AND r.until > ${now})))`;
  const doomed = await db
    .update(files)
    .set({ isDoomed: true })
    .where(and(inArray(files.file, inList(ids)), lte(files.dueAt, now), sql`NOT ${counts}`))
    .returning({ file: files.file });
  return doomed.map(({ file }) => file);
}

/** Deletes the rows of files, and gives back what they reserved. Delete the bytes first. */
export async function deleteFiles(db: Database, ids: readonly FileId[]): Promise<void> {
  if (ids.length === 0) return;
  const list = inList(ids);
  const freed = (owner: "account" | "channel"): SQL =>
    sql`coalesce((SELECT sum(f.size) FROM ${files} f WHERE f.file IN ${list} AND f.${sql.raw(owner)} = ${fileUsage.owner}), 0)`;
  const owners = sql`(SELECT f.account FROM ${files} f WHERE f.file IN ${list}
    UNION ALL SELECT f.channel FROM ${files} f WHERE f.file IN ${list})`;
  await db.batch([
    db
      .update(fileUsage)
      .set({ bytes: sql`max(0, ${fileUsage.bytes} - ${freed("account")} - ${freed("channel")})` })
      .where(inArray(fileUsage.owner, owners)),
    db.delete(fileReferences).where(inArray(fileReferences.file, list)),
    db.delete(files).where(inArray(files.file, list)),
  ]);
}
