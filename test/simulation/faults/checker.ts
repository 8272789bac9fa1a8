// Compares the acknowledgements, the events that clients received, and the stored log of a channel.

import type { History, Operation } from "./history.ts";
import type { Entry, ObservedLog } from "./observed-log.ts";
import type { Violations } from "./violations.ts";

const describe = ({ author, command }: Operation): string => `${command.type} ${command.nonce} of ${author}`;

/**
 * Whether the command made the entry. Deleting a deleted message is answered with the first
 * deletion.
 */
function isEffectOf(entry: Entry, { author, command }: Operation): boolean {
  if (entry.actor === author && entry.nonce === command.nonce) return true;
  return command.type === "message.delete" && entry.type === "message.deleted" && entry.target === command.seq;
}

/** Every acknowledged command is stored at the seq of its acknowledgement. */
export function checkAcks(history: History, store: ReadonlyMap<number, Entry>, violations: Violations): void {
  const seqs = new Map([...store.values()].map((entry) => [`${entry.actor} ${entry.nonce}`, entry.seq]));
  for (const operation of history.operations) {
    const key = seqs.get(`${operation.author} ${operation.command.nonce}`);
    if (operation.seq === null) {
      if (operation.refusal !== null && key !== undefined) {
        violations.add("refused", `${describe(operation)} was refused (${operation.refusal}) and is stored at ${key}`);
      }
      continue;
    }
    const entry = store.get(operation.seq);
    if (entry && isEffectOf(entry, operation)) continue;
    if (key === undefined)
      violations.add("lost", `${describe(operation)} was acknowledged as ${operation.seq} and is not stored`);
    else violations.add("moved", `${describe(operation)} was acknowledged as ${operation.seq} and is stored at ${key}`);
  }
}

/** Every received entry is stored as it was received, and times never fall [S36]. */
export function checkHeard(observedLog: ObservedLog, store: ReadonlyMap<number, Entry>, violations: Violations): void {
  let at = 0;
  for (const { seq, nonce } of observedLog.entries) {
    const stored = store.get(seq);
    if (!stored) violations.add("lost", `${seq} (${nonce}) was received and is not stored`);
    else if (stored.nonce !== nonce)
      violations.add("disagreements", `${seq} was received as ${nonce} and is stored as ${stored.nonce}`);
    if (stored && stored.at < at)
      violations.add("reordered", `the time of ${seq} is before the time of the previous entry`);
    at = stored?.at ?? at;
  }
}

/** A command that was sent after an acknowledgement has a higher seq than the acknowledged one. */
export function checkRealTime(history: History, violations: Violations): void {
  const acked = [...history.operations].filter(({ command, seq }) => seq !== null && command.type !== "message.delete");
  const bySending = acked.toSorted((a, b) => a.sentAt - b.sentAt);
  const byAck = acked.toSorted((a, b) => (a.ackedAt ?? 0) - (b.ackedAt ?? 0));
  let highest: Operation | null = null;
  let next = 0;
  for (const operation of bySending) {
    for (let before = byAck[next]; before && (before.ackedAt ?? 0) < operation.sentAt; before = byAck[++next]) {
      if ((before.seq ?? 0) > (highest?.seq ?? 0)) highest = before;
    }
    if (highest && (operation.seq ?? 0) < (highest.seq ?? 0)) {
      violations.add(
        "realTime",
        `${describe(operation)} at ${operation.seq} was sent after ${highest.seq} had been acknowledged`,
      );
    }
  }
}

/**
 * Only changes of deleted messages are refused, and with all networks whole every command is
 * answered.
 */
export function checkAnswers(history: History, deleted: ReadonlySet<number>, violations: Violations): void {
  for (const operation of history.operations) {
    const { command, seq, refusal } = operation;
    if (seq !== null) continue;
    if (refusal === null) violations.add("stuck", `${describe(operation)} was never answered`);
    else if (!("seq" in command) || !deleted.has(command.seq))
      violations.add("refused", `${describe(operation)}: ${refusal}`);
  }
}
