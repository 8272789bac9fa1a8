// Reads and writes rows of the directory directly.
import { env } from "cloudflare:workers";
import { directProposal, openChannel } from "../../src/directory/channels";
import { openDirectory } from "../../src/directory/database";
import { newId } from "../../src/runtime/ids";

export const db = openDirectory(env.DIRECTORY);

export interface Pending {
  object: string;
  revision: number;
  session: string;
}

export async function pending(object: string): Promise<Pending[]> {
  const sql = "SELECT object, revision, session FROM roster_outbox WHERE object = ? ORDER BY revision, session";
  return (await env.DIRECTORY.prepare(sql).bind(object).all<Pending>()).results;
}

/** Adds an outbox row, like a change whose delivery was interrupted. */
export async function leave(object: string, revision: number, session: string, createdAt: number): Promise<void> {
  const sql = "INSERT INTO roster_outbox (object, revision, session, created_at) VALUES (?, ?, ?, ?)";
  await env.DIRECTORY.prepare(sql).bind(object, revision, session, createdAt).run();
}

export const rowsOf = async (sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]> =>
  (
    await env.DIRECTORY.prepare(sql)
      .bind(...values)
      .all()
  ).results;

/** Opens a direct channel in the directory alone. Returns its id. */
export async function openDirectly(from: string, to: string, now: number): Promise<string> {
  const opened = await openChannel(db, directProposal(newId("c", Date.now()), from, to), now, "everyone");
  if ("refused" in opened) throw new Error(opened.refused ?? "temporary");
  return opened.id;
}
