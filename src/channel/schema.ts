// The tables of a channel's object. Steps are never changed once released; a new one is appended.
import type { Migration } from "../runtime/migrate";

export const migrations: readonly Migration[] = [
  // `body` stands last: a scan by actor and nonce never reads the pages it spills over. The index holds replies only, so that a
  // message on the channel itself stays one row.
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
  // Which life of the log this is: it rises with the directory's when an earlier state was restored.
  "ALTER TABLE log ADD COLUMN life INTEGER NOT NULL DEFAULT 1;",
  // The database of the archive that the log goes to; empty until it goes there.
  "ALTER TABLE log ADD COLUMN archive TEXT NOT NULL DEFAULT '';",
  // Whether a member does not want to be seen.
  "ALTER TABLE members ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;",
];
