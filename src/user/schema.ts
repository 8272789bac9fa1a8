// The tables of a user object. A released migration is never changed; a new one is appended.
import type { Migration } from "../runtime/migrate";

export const migrations: readonly Migration[] = [
  `CREATE TABLE inbox (
     channel TEXT PRIMARY KEY,
     version INTEGER NOT NULL,
     dirty INTEGER NOT NULL,
     head INTEGER NOT NULL,
     read INTEGER NOT NULL,
     unread INTEGER NOT NULL,
     mentions INTEGER NOT NULL,
     unread_from INTEGER,
     at INTEGER NOT NULL,
     preview TEXT
   ) WITHOUT ROWID;
   CREATE TABLE account (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     tokens_from INTEGER NOT NULL
   );
   CREATE TABLE feed (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     version INTEGER NOT NULL
   );`,
  // Channels that left the inbox, in the same feed, so that a device that was away gets them by its
  // version. `life` is the epoch number of each channel's log.
  `CREATE TABLE gone (
     channel TEXT PRIMARY KEY,
     version INTEGER NOT NULL
   ) WITHOUT ROWID;
   ALTER TABLE inbox ADD COLUMN life INTEGER NOT NULL DEFAULT 1;`,
  // Settings, in the same feed.
  `CREATE TABLE settings (
     key TEXT PRIMARY KEY,
     channel TEXT NOT NULL,
     over INTEGER NOT NULL,
     version INTEGER NOT NULL,
     value TEXT NOT NULL
   ) WITHOUT ROWID;`,
  // The presence of the person and its watchers, in one packed row, because they change together.
  `CREATE TABLE presence (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     state TEXT NOT NULL
   );`,
  // When the alarm asks the directory to deliver the person's unconfirmed changes.
  `CREATE TABLE deliveries (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     user TEXT NOT NULL,
     at INTEGER NOT NULL
   );`,
  // A dirty row holds no preview.
  "UPDATE inbox SET preview = NULL WHERE dirty = 1;",
  // The person whose setting the directory does not have yet; null once it does.
  `ALTER TABLE settings ADD COLUMN unwritten_of TEXT;
   CREATE INDEX settings_unwritten ON settings (version) WHERE unwritten_of IS NOT NULL;`,
  // JSON: the unseen messages of the row. Null if there are none.
  "ALTER TABLE inbox ADD COLUMN unseen TEXT;",
  // The guild of the channel; null for direct channels and groups.
  "ALTER TABLE inbox ADD COLUMN guild TEXT;",
  // JSON: the call that is on, and the call that was missed. Null if there are none.
  "ALTER TABLE inbox ADD COLUMN calls TEXT;",
];
