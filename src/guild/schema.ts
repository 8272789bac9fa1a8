// The table of a guild object. A released migration is never changed; a new one is appended.
import type { Migration } from "../runtime/migrate";

export const migrations: readonly Migration[] = [
  // All heads in one packed row, because they change together.
  `CREATE TABLE heads (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     state TEXT NOT NULL
   );`,
];
