// The tables of stored files: each file from the beginning of its upload to the deletion of its
// bytes, and how much accounts and channels store. All times are epoch milliseconds.
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { FileFacts } from "../domain/attachments";
import type { AttachmentVariant, VariantName } from "../protocol";

export const files = sqliteTable(
  "files",
  {
    /** The id of the stored file, a part of its keys in R2. No client sees it. */
    file: text("file").primaryKey(),
    /** The id of the upload, which its client knows. */
    upload: text("upload").notNull(),
    account: text("account").notNull(),
    channel: text("channel").notNull(),
    name: text("name").notNull(),
    /** The MIME type that the client declared. */
    type: text("type").notNull(),
    size: integer("size").notNull(),
    /** The id of R2's multipart upload; null for a file of one part. */
    multipart: text("multipart"),
    /** JSON: the tags of the parts that have arrived, by number. */
    parts: text("parts", { mode: "json" }).$type<Record<string, string>>().notNull().default({}),
    /** JSON: the variants that have arrived, by name. */
    variants: text("variants", { mode: "json" })
      .$type<Partial<Record<VariantName, AttachmentVariant>>>()
      .notNull()
      .default({}),
    /** JSON: what the complete file is; null before. */
    facts: text("facts", { mode: "json" }).$type<FileFacts>(),
    /** The id of the first ticket of the complete file. */
    ticket: text("ticket"),
    createdAt: integer("created_at").notNull(),
    /**
     * When the sweep looks at the file: the end of an upload that is not complete, the end of its
     * tickets, the end of its last reference. Null while a message has it.
     */
    dueAt: integer("due_at"),
    /** Whether the sweep has begun to delete the bytes. */
    isDoomed: integer("is_doomed", { mode: "boolean" }).notNull().default(false),
  },
  (table) => [
    uniqueIndex("files_by_upload").on(table.upload),
    index("files_by_due_time").on(table.dueAt).where(sql`due_at IS NOT NULL`),
    // The files of an account that no message has yet.
    index("files_by_account").on(table.account).where(sql`due_at IS NOT NULL`),
  ],
);

/**
 * Which messages have a file, one row for each ticket. Not a counter, because channels report
 * changes at least once and in any order: the state of a row only rises.
 */
export const fileReferences = sqliteTable(
  "file_references",
  {
    file: text("file").notNull(),
    ticket: text("ticket").notNull(),
    channel: text("channel").notNull(),
    /** A number of `referenceStates`. */
    state: integer("state").notNull(),
    /** When the ticket of a reference that is only promised ends. */
    until: integer("until").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.file, table.ticket] })],
);

/** How much the files of an account or a channel take. */
export const fileUsage = sqliteTable("file_usage", {
  /** The id of an account or a channel. */
  owner: text("owner").primaryKey(),
  /** The bytes of its files, pending uploads included. */
  bytes: integer("bytes").notNull(),
  /** A day of UTC, and the bytes of the uploads that began in it. */
  day: integer("day").notNull(),
  dayBytes: integer("day_bytes").notNull(),
});

export type FileRow = typeof files.$inferSelect;
