// The tables of a channel's object. Steps are never changed once released; a new one is appended.
import type { Migration } from "../runtime/migrate";

export const migrations: readonly Migration[] = [
  `CREATE TABLE log (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     channel TEXT NOT NULL,
     kind TEXT NOT NULL,
     epoch TEXT NOT NULL,
     digest_key TEXT NOT NULL,
     revision INTEGER NOT NULL,
     created_at INTEGER NOT NULL
   );
   CREATE TABLE entries (
     seq INTEGER PRIMARY KEY,
     type TEXT NOT NULL,
     actor TEXT NOT NULL,
     nonce TEXT NOT NULL,
     at INTEGER NOT NULL,
     target INTEGER,
     version INTEGER,
     changed_at INTEGER,
     deleted INTEGER NOT NULL DEFAULT 0,
     digest TEXT,
     body TEXT
   );
   CREATE TABLE members (
     user TEXT PRIMARY KEY,
     role TEXT NOT NULL,
     joined_at INTEGER NOT NULL,
     tokens_from INTEGER NOT NULL
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
];
