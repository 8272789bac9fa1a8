// The dead letters: push jobs and notifications that failed permanently, kept for the operator.
import { and, desc, eq, lt, or } from "drizzle-orm";
import { tuning } from "../domain/tuning";
import type { DeadLetter } from "../protocol";
import type { Database } from "./database";
import { deadLetters } from "./schema";

/** Adds a dead letter, or updates the one with the same id. */
export async function putDeadLetter(db: Database, letter: DeadLetter): Promise<void> {
  const { at, attempts, detail } = letter;
  await db
    .insert(deadLetters)
    .values(letter)
    .onConflictDoUpdate({ target: deadLetters.id, set: { at, attempts, detail } });
}

/** Returns dead letters, newest first, after `cursor`. */
export async function listDeadLetters(db: Database, limit: number, cursor?: { at: number; id: string }) {
  const older = cursor
    ? or(lt(deadLetters.at, cursor.at), and(eq(deadLetters.at, cursor.at), lt(deadLetters.id, cursor.id)))
    : undefined;
  return await db
    .select()
    .from(deadLetters)
    .where(older)
    .orderBy(desc(deadLetters.at), desc(deadLetters.id))
    .limit(limit);
}

/** Deletes dead letters older than `tuning.deadLetterRetentionMs`. */
export async function pruneDeadLetters(db: Database, now: number): Promise<void> {
  await db.delete(deadLetters).where(lt(deadLetters.at, now - tuning.deadLetterRetentionMs));
}
