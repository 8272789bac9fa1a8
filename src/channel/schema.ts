// The tables of a channel's object. A released step never changes; a change of the schema is a new
// step at the end. `aspects` is the table of annotations, `standing` the saved state, and
// `log.life` the epoch number.
import type { Migration } from "../runtime/migrate";

export const migrations: readonly Migration[] = [
  // `body` is the last column, so that a scan by actor and nonce never reads its overflow pages.
  // The index by thread holds replies only, so that a message outside of threads writes one row.
  `CREATE TABLE log (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     channel TEXT NOT NULL,
     kind TEXT NOT NULL,
     epoch TEXT NOT NULL,
     digest_key TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     revision INTEGER NOT NULL,
     name TEXT NOT NULL,
     topic TEXT NOT NULL,
     history TEXT NOT NULL
   );
   CREATE TABLE entries (
     seq INTEGER PRIMARY KEY,
     type TEXT NOT NULL,
     actor TEXT NOT NULL,
     nonce TEXT NOT NULL,
     at INTEGER NOT NULL,
     target INTEGER,
     thread INTEGER,
     reply_to INTEGER,
     version INTEGER,
     changed_at INTEGER,
     deleted INTEGER NOT NULL DEFAULT 0,
     digest TEXT,
     mentions TEXT,
     detail TEXT,
     body TEXT
   );
   CREATE INDEX entries_by_thread ON entries (thread) WHERE thread IS NOT NULL;
   CREATE TABLE aspects (
     seq INTEGER PRIMARY KEY,
     reactions TEXT NOT NULL,
     replies TEXT NOT NULL,
     pin TEXT NOT NULL,
     pinned INTEGER NOT NULL
   );
   CREATE INDEX aspects_pinned ON aspects (pinned) WHERE pinned = 1;
   CREATE TABLE versions (
     version INTEGER PRIMARY KEY,
     target INTEGER NOT NULL,
     at INTEGER NOT NULL,
     body TEXT NOT NULL
   );
   CREATE INDEX versions_by_target ON versions (target);
   CREATE TABLE members (
     user TEXT PRIMARY KEY,
     handle TEXT NOT NULL,
     role TEXT NOT NULL,
     joined_at INTEGER NOT NULL,
     tokens_from INTEGER NOT NULL,
     receipts INTEGER NOT NULL,
     since INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE keys (
     actor TEXT NOT NULL,
     key TEXT NOT NULL,
     seq INTEGER NOT NULL,
     PRIMARY KEY (actor, key)
   ) WITHOUT ROWID;
   CREATE TABLE standing (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     state TEXT NOT NULL
   );`,
  // The epoch number. A restore raises it in the directory and then here.
  "ALTER TABLE log ADD COLUMN life INTEGER NOT NULL DEFAULT 1;",
  // The name of the database for this log's archive; empty until the first use.
  "ALTER TABLE log ADD COLUMN archive TEXT NOT NULL DEFAULT '';",
  // Whether a member hides their presence.
  "ALTER TABLE members ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;",
  // The last entry that each former member may know. People who left before this step have no row.
  `CREATE TABLE former_members (
     user TEXT PRIMARY KEY,
     left_at INTEGER NOT NULL
   ) WITHOUT ROWID;`,
  // The newest replies of a thread, so that a reply does not read the others. Null in old threads.
  "ALTER TABLE aspects ADD COLUMN tail TEXT;",
  // JSON: the people who were asked into a direct channel and have not answered.
  "ALTER TABLE log ADD COLUMN pending TEXT NOT NULL DEFAULT '[]';",
  // JSON: the parts of a message other than its text (`log/parts-column.ts`). Null if it has none.
  "ALTER TABLE entries ADD COLUMN parts TEXT; ALTER TABLE versions ADD COLUMN parts TEXT;",
  // JSON: the roles of a member of a guild, and the channel's mirror of the guild; null outside of
  // guilds.
  "ALTER TABLE members ADD COLUMN roles TEXT NOT NULL DEFAULT '[]'; ALTER TABLE log ADD COLUMN guild TEXT;",
  // The state of each member of a large channel, as JSON. In other channels the saved state has it.
  `CREATE TABLE member_states (
     user TEXT PRIMARY KEY,
     state TEXT NOT NULL
   ) WITHOUT ROWID;`,
  // When the time-out of a member of a guild ends; 0 without one.
  "ALTER TABLE members ADD COLUMN timed_out_until INTEGER NOT NULL DEFAULT 0;",
  // The last entry that a member sees who blocks the other person of a direct channel; null if they
  // do not block them.
  "ALTER TABLE members ADD COLUMN until INTEGER;",
  // The files of attachments, by the ticket that made each. `state`: 0 held, 1 held and reported to
  // the directory, 2 dropped, 3 dropped and reported. The index holds what is to be reported.
  `CREATE TABLE files (
     ticket TEXT PRIMARY KEY,
     file TEXT NOT NULL,
     seq INTEGER NOT NULL,
     state INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE INDEX files_unreported ON files (state) WHERE state IN (0, 2);`,
  // JSON: the last call (`log/call-record.ts`). Null if there was none.
  "ALTER TABLE log ADD COLUMN call TEXT;",
  // The messages of an author that a purge has hidden and that are not all cleaned and archived
  // yet (`log/purges.ts`). The ranges of an author do not overlap. `seq` and `at` are those of the
  // entry, and `purged` the seq of the newest one. Everything that shows messages reads
  // `current_entries`: there a hidden message is deleted.
  `CREATE TABLE purged_ranges (
     author TEXT NOT NULL,
     first INTEGER NOT NULL,
     last INTEGER NOT NULL,
     seq INTEGER NOT NULL,
     at INTEGER NOT NULL,
     cleaned_to INTEGER NOT NULL,
     archived_to INTEGER NOT NULL,
     PRIMARY KEY (author, first)
   ) WITHOUT ROWID;
   CREATE VIEW IF NOT EXISTS current_entries AS
     SELECT e.seq, e.type, e.actor, e.nonce, e.at, e.target, e.thread, e.reply_to,
         coalesce(p.seq, e.version) AS version, coalesce(p.at, e.changed_at) AS changed_at,
         CASE WHEN p.seq IS NULL THEN e.deleted ELSE 1 END AS deleted,
         CASE WHEN p.seq IS NULL THEN e.mentions END AS mentions, e.digest, e.detail,
         CASE WHEN p.seq IS NULL THEN e.body ELSE '' END AS body,
         CASE WHEN p.seq IS NULL THEN e.parts END AS parts
       FROM entries e LEFT JOIN purged_ranges p ON p.author = e.actor AND e.seq BETWEEN p.first AND p.last
         AND e.type = 'message.sent' AND e.deleted = 0;
   ALTER TABLE log ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;`,
];
