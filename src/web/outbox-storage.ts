// Stores the outbox in IndexedDB, so that unconfirmed commands survive a closed tab. If storage is
// blocked, they are kept only until the page closes.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Outbox, OutboxEntry } from "../sdk";

interface OutboxSchema extends DBSchema {
  commands: { key: string; value: OutboxEntry };
}

const open = () =>
  openDB<OutboxSchema>("parley.outbox", 1, {
    upgrade(database) {
      database.createObjectStore("commands", { keyPath: "command.nonce" });
    },
    terminated() {
      opened = undefined;
    },
  });

let opened: Promise<IDBPDatabase<OutboxSchema>> | undefined;

function database(): Promise<IDBPDatabase<OutboxSchema>> {
  opened ??= open().catch((thrown: unknown) => {
    opened = undefined;
    throw thrown;
  });
  return opened;
}

/**
 * Returns the outbox. The SDK reports rejections. A command that could not be stored is still sent.
 */
export function createOutbox(): Outbox {
  return {
    load: async () => (await database()).getAll("commands"),
    put: async (entry) => {
      await (await database()).put("commands", entry);
    },
    remove: async (nonce) => {
      await (await database()).delete("commands", nonce);
    },
  };
}
