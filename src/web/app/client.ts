// The page's one client. Components read its stores and keep no copies.
import { useSyncExternalStore } from "react";
import { createClient, type Store } from "../../sdk";
import { createOutbox } from "../outbox-storage";

export const client = createClient({ outbox: createOutbox() });

/** Returns the value of a store of the client. The component renders again when it changes. */
export const useStore = <T>(store: Store<T>): T => useSyncExternalStore(store.subscribe, store.get, store.get);
