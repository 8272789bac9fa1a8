// The page's one client: every pane reads its stores, none keeps a copy.
import { createClient } from "../../sdk";
import { createOutbox } from "../outbox";

export const client = createClient({ outbox: createOutbox() });
