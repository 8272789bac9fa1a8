// The sweep: deletes uploads that were not completed, and files that no message has. It believes
// the directory only where a channel has reported; before it deletes a file whose ticket has ended,
// it asks the channel, which may not have reported yet.
import type { Database } from "../../directory/database";
import {
  deleteFiles,
  doomFiles,
  dueFiles,
  type FileReferenceRow,
  postponeFiles,
  referencesOf,
} from "../../directory/file-references";
import type { FileRow } from "../../directory/files";
import { referenceStates } from "../../domain/file-ports";
import type { ChannelId, FileId, TicketId } from "../../protocol";
import { logError } from "../../runtime/logger";
import { runParallel } from "../../runtime/parallel";
import { retry } from "../../runtime/retry";
import { deleteBytes } from "./uploads";

/** How many files one step of the sweep looks at, and how many requests it makes at a time. */
const STEP = 50;
const CONCURRENCY = 10;
/** When a file is looked at again whose channel has it, or does not answer. */
const ASKED_AGAIN_MS = 10 * 60_000;

/**
 * Looks at the files that are due, until `until`. A file that fails is looked at again by a later
 * run. All times are in epoch milliseconds.
 */
export async function sweepFiles(env: Env, db: Database, now: number, until: number): Promise<void> {
  while (Date.now() < until) {
    const due = await dueFiles(db, now, STEP);
    if (due.length === 0) return;
    await sweepStep(env, db, due, now);
  }
}

async function sweepStep(env: Env, db: Database, due: readonly FileRow[], now: number): Promise<void> {
  const references = groupByFile(
    await referencesOf(
      db,
      due.map(({ file }) => file),
    ),
  );
  const ofFile = (row: FileRow): FileReferenceRow[] => references.get(row.file) ?? [];
  // A report of a channel has set the time of such a file already; this repeats what was lost.
  const held = due.filter((row) => ofFile(row).some(({ state }) => state === referenceStates.held));
  await postponeFiles(db, idsOf(held), null);
  const promised = due.filter((row) => !held.includes(row) && promisedUntil(ofFile(row)) > now);
  for (const row of promised) await postponeFiles(db, [row.file], promisedUntil(ofFile(row)));
  const open = due.filter((row) => !held.includes(row) && !promised.includes(row));
  const kept = await heldByChannels(env, open, ofFile);
  await postponeFiles(db, kept, now + ASKED_AGAIN_MS);
  const unwanted = open.filter(({ file }) => !kept.includes(file));
  const doomed = await doomFiles(db, idsOf(unwanted), now);
  const deleted = await deleteAll(
    env,
    unwanted.filter(({ file }) => doomed.includes(file)),
  );
  await deleteFiles(db, deleted);
  await postponeFiles(
    db,
    doomed.filter((file) => !deleted.includes(file)),
    now + ASKED_AGAIN_MS,
  );
  // One that got a reference in this moment is not due for its bytes.
  await postponeFiles(
    db,
    idsOf(unwanted).filter((file) => !doomed.includes(file)),
    now + ASKED_AGAIN_MS,
  );
}

const idsOf = (rows: readonly FileRow[]): FileId[] => rows.map(({ file }) => file);

function groupByFile(rows: readonly FileReferenceRow[]): ReadonlyMap<FileId, FileReferenceRow[]> {
  const groups = new Map<FileId, FileReferenceRow[]>();
  for (const row of rows) groups.set(row.file, [...(groups.get(row.file) ?? []), row]);
  return groups;
}

/** Returns when the last ticket of a file ends that has made no attachment; 0 without one. */
const promisedUntil = (references: readonly FileReferenceRow[]): number =>
  Math.max(0, ...references.filter(({ state }) => state === referenceStates.promised).map(({ until }) => until));

/** Returns the tickets of a file by which a channel may have it without having reported so. */
function unreportedTickets(row: FileRow, references: readonly FileReferenceRow[]): [ChannelId, TicketId][] {
  const isReported = references.some(({ ticket }) => ticket === row.ticket);
  const first: [ChannelId, TicketId][] = row.ticket === null || isReported ? [] : [[row.channel, row.ticket]];
  const promised = references.filter(({ state }) => state === referenceStates.promised);
  return [...first, ...promised.map(({ channel, ticket }): [ChannelId, TicketId] => [channel, ticket])];
}

/** Returns the files that a channel has, and those whose channel does not answer. */
async function heldByChannels(
  env: Env,
  rows: readonly FileRow[],
  ofFile: (row: FileRow) => FileReferenceRow[],
): Promise<FileId[]> {
  const asked = new Map<ChannelId, [FileId, TicketId][]>();
  for (const row of rows) {
    for (const [channel, ticket] of unreportedTickets(row, ofFile(row)))
      asked.set(channel, [...(asked.get(channel) ?? []), [row.file, ticket]]);
  }
  const kept: FileId[] = [];
  await runParallel(asked, CONCURRENCY, Number.POSITIVE_INFINITY, async ([channel, files]) => {
    const tickets = await askChannel(
      env,
      channel,
      files.map(([, ticket]) => ticket),
    );
    kept.push(...files.filter(([, ticket]) => tickets.includes(ticket)).map(([file]) => file));
  });
  return kept;
}

/** Returns those of the tickets whose file must stay. A channel that is erased has none. */
async function askChannel(env: Env, channel: ChannelId, tickets: TicketId[]): Promise<TicketId[]> {
  try {
    const answer = await retry(async () => await env.CHANNELS.getByName(channel).heldTickets(tickets));
    if (answer.ok) return answer.value;
    return answer.code === "not_found" ? [] : tickets;
  } catch (error) {
    logError("files.unanswered", error, { channel });
    return tickets;
  }
}

/** Deletes the bytes of files. Returns those whose bytes are gone. */
async function deleteAll(env: Env, rows: readonly FileRow[]): Promise<FileId[]> {
  const deleted: FileId[] = [];
  await runParallel(rows, CONCURRENCY, Number.POSITIVE_INFINITY, async (row) => {
    try {
      await deleteBytes(env.FILES, row);
      deleted.push(row.file);
    } catch (error) {
      logError("files.undeleted", error);
    }
  });
  return deleted;
}
