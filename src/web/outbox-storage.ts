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

/**
 * Returns how many messages and edits of an account wait in this browser; 0 if storage is blocked.
 */
export async function countUnsent(account: string): Promise<number> {
  try {
    const entries = await (await database()).getAll("commands");
    return entries.filter(({ author, command }) => author === account && "text" in command).length;
  } catch {
    return 0;
  }
}

/** Removes the commands of the accounts for which `isForgotten` holds. */
export async function forgetUnsent(isForgotten: (account: string) => boolean): Promise<void> {
  const transaction = (await database()).transaction("commands", "readwrite");
  for (const { author, command } of await transaction.store.getAll())
    if (isForgotten(author)) void transaction.store.delete(command.nonce);
  await transaction.done;
}
