// Stored files, from the beginning of an upload to the deletion of the bytes. A row reserves the
// bytes of its file in the usage of its account and its channel, and they are given back when the
// row is deleted. `file-schema.ts` has the tables, `file-references.ts` ends the files.
import { and, eq, gt, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { FileFacts } from "../domain/attachments";
import { budgetDayOf } from "../domain/daily-budget";
import {
  type AttachmentVariant,
  type Budgets,
  type ChannelId,
  type ErrorCode,
  type FileId,
  limits,
  type TicketId,
  type UserId,
} from "../protocol";
import { isOpenAccount } from "./conditions";
import type { Database } from "./database";
import { type FileRow, files, fileUsage } from "./file-schema";

export type { FileRow } from "./file-schema";

/** An upload to begin. `dueAt` is when the server forgets it. Epoch milliseconds. */
export type UploadProposal = Pick<
  FileRow,
  "file" | "upload" | "account" | "channel" | "name" | "type" | "size" | "createdAt"
> & { dueAt: number };

type FileBudgets = Pick<
  Budgets,
  "accountFileBytes" | "accountFileBytesPerDay" | "channelFileBytes" | "channelFileBytesPerDay"
>;

/**
 * Reserves the bytes of an upload and begins it, in one batch whose first statement decides.
 * Returns null, or why there is no room: `too_many_uploads`, `file_storage_full`, `quota_exceeded`
 * or, for an account that was erased meanwhile, `sign_in_required`.
 */
export async function reserveUpload(
  db: Database,
  proposal: UploadProposal,
  budgets: FileBudgets,
): Promise<ErrorCode | null> {
  const { file, upload, account, channel, name, type, size, createdAt, dueAt } = proposal;
  const day = budgetDayOf(createdAt);
  const conditions: [refusal: ErrorCode, holds: SQL][] = [
    ["sign_in_required", isOpenAccount(account)],
    ["too_many_uploads", sql`${pendingUploads(account)} < ${limits.uploadsPerAccount}`],
    ["file_storage_full", sql`${bytesOf(account)} + ${size} <= ${budgets.accountFileBytes}`],
    ["file_storage_full", sql`${bytesOf(channel)} + ${size} <= ${budgets.channelFileBytes}`],
    ["quota_exceeded", sql`${bytesOfDay(account, day)} + ${size} <= ${budgets.accountFileBytesPerDay}`],
    ["quota_exceeded", sql`${bytesOfDay(channel, day)} + ${size} <= ${budgets.channelFileBytesPerDay}`],
  ];
  const all = sql.join(
    conditions.map(([, holds]) => holds),
    sql` AND `,
  );
  const [begun] = await db.batch([
    db
      .insert(files)
      .select(
        sql`SELECT ${file}, ${upload}, ${account}, ${channel}, ${name}, ${type}, ${size}, NULL, '{}', '{}', NULL, NULL,
          ${createdAt}, ${dueAt}, 0 WHERE ${all}`,
      )
      .returning({ file: files.file }),
    db
      .insert(fileUsage)
      .select(
        sql`SELECT value, ${size}, ${day}, ${size} FROM json_each(${JSON.stringify([account, channel])})
          WHERE EXISTS (SELECT 1 FROM ${files} WHERE ${files.file} = ${file})`,
      )
      .onConflictDoUpdate({
        target: fileUsage.owner,
        set: {
          bytes: sql`${fileUsage.bytes} + excluded.bytes`,
          dayBytes: sql`iif(${fileUsage.day} = excluded.day, ${fileUsage.dayBytes}, 0) + excluded.day_bytes`,
          day: sql`excluded.day`,
        },
      }),
  ]);
  if (begun.length === 1) return null;
  const failed = sql.join(
    conditions.map(([refusal, holds]) => sql`WHEN NOT (${holds}) THEN ${refusal}`),
    sql` `,
  );
  // Room that became free meanwhile is there for the next attempt.
  const [found] = await db.all<{ refusal: ErrorCode }>(sql`SELECT CASE ${failed} ELSE 'temporary' END AS refusal`);
  return found?.refusal ?? "temporary";
}

const pendingUploads = (account: UserId): SQL =>
  sql`(SELECT count(*) FROM ${files} WHERE ${files.account} = ${account} AND ${files.dueAt} IS NOT NULL
    AND ${files.facts} IS NULL)`;
const bytesOf = (owner: string): SQL =>
  sql`coalesce((SELECT ${fileUsage.bytes} FROM ${fileUsage} WHERE ${fileUsage.owner} = ${owner}), 0)`;
const bytesOfDay = (owner: string, day: number): SQL =>
  sql`coalesce((SELECT ${fileUsage.dayBytes} FROM ${fileUsage} WHERE ${fileUsage.owner} = ${owner}
    AND ${fileUsage.day} = ${day}), 0)`;

/** Returns an upload of an account in a channel; null if there is none or it has ended. */
export async function findUpload(
  db: Database,
  upload: string,
  account: UserId,
  channel: ChannelId,
  now: number,
): Promise<FileRow | null> {
  const isOwn = and(eq(files.upload, upload), eq(files.account, account), eq(files.channel, channel));
  return (
    (
      await db
        .select()
        .from(files)
        .where(and(isOwn, gt(files.dueAt, now)))
        .limit(1)
    )[0] ?? null
  );
}

/** The file is there, and its upload is not complete. */
const isPending = (file: FileId) => and(eq(files.file, file), isNull(files.facts));

/**
 * Stores the id of R2's multipart upload, unless there is one. Returns the one that is stored; null
 * if the upload is over.
 */
export async function putMultipart(db: Database, file: FileId, multipart: string): Promise<string | null> {
  const stored = await db
    .update(files)
    .set({ multipart: sql`coalesce(${files.multipart}, ${multipart})` })
    .where(isPending(file))
    .returning({ multipart: files.multipart });
  return stored[0]?.multipart ?? null;
}

/** Stores that a part has arrived. Returns false if the upload is over. */
export async function putPart(db: Database, file: FileId, part: number, tag: string): Promise<boolean> {
  const stored = await db
    .update(files)
    .set({ parts: sql`json_set(${files.parts}, ${`$."${part}"`}, ${tag})` })
    .where(isPending(file))
    .returning({ file: files.file });
  return stored.length === 1;
}

/** Forgets the parts of an upload, because R2 has lost them. */
export async function forgetParts(db: Database, file: FileId): Promise<void> {
  await db.update(files).set({ parts: {}, multipart: null }).where(isPending(file));
}

/** Stores that a variant has arrived. Returns false if the upload is over. */
export async function putVariant(db: Database, file: FileId, variant: AttachmentVariant): Promise<boolean> {
  const stored = await db
    .update(files)
    .set({ variants: sql`json_set(${files.variants}, ${`$.${variant.name}`}, json(${JSON.stringify(variant)}))` })
    .where(isPending(file))
    .returning({ file: files.file });
  return stored.length === 1;
}

/**
 * Stores what a complete file is. Returns the row; of two requests at once both get the row of the
 * first. Returns null if the upload is over.
 */
export async function putFacts(
  db: Database,
  file: FileId,
  complete: { facts: FileFacts; ticket: TicketId; dueAt: number },
): Promise<FileRow | null> {
  await db.update(files).set(complete).where(isPending(file));
  return (
    (
      await db
        .select()
        .from(files)
        .where(and(eq(files.file, file), isNotNull(files.facts)))
        .limit(1)
    )[0] ?? null
  );
}
