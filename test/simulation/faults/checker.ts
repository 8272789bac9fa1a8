// The last word on a channel: what was acknowledged, what was heard and what the store holds must be one story.

import type { History, Operation } from "./history.ts";
import type { Entry, ObservedLog } from "./observed-log.ts";
import type { Violations } from "./violations.ts";

const describe = ({ author, command }: Operation): string => `${command.type} ${command.nonce} of ${author}`;

/** Whether that entry is the doing of that command. Deleting what is deleted is answered with the deletion that was first. */
function isEffectOf(entry: Entry, { author, command }: Operation): boolean {
  if (entry.actor === author && entry.nonce === command.nonce) return true;
  return command.type === "message.delete" && entry.type === "message.deleted" && entry.target === command.seq;
}

/** Every acknowledged command stands in the store where its acknowledgement said. */
export function checkAcks(history: History, store: ReadonlyMap<number, Entry>, violations: Violations): void {
  const seqs = new Map([...store.values()].map((entry) => [`${entry.actor} ${entry.nonce}`, entry.seq]));
  for (const operation of history.operations) {
    const key = seqs.get(`${operation.author} ${operation.command.nonce}`);
    if (operation.seq === null) {
      if (operation.refusal !== null && key !== undefined) {
        violations.add("refused", `${describe(operation)} was refused (${operation.refusal}) and stands at ${key}`);
      }
      continue;
    }
    const entry = store.get(operation.seq);
    if (entry && isEffectOf(entry, operation)) continue;
    if (key === undefined)
      violations.add("lost", `${describe(operation)} was acknowledged as ${operation.seq} and is nowhere`);
    else violations.add("moved", `${describe(operation)} was acknowledged as ${operation.seq} and stands at ${key}`);
  }
}

/** What anybody heard is stored, entry for entry; times never fall [S36]. */
export function checkHeard(observedLog: ObservedLog, store: ReadonlyMap<number, Entry>, violations: Violations): void {
  let at = 0;
  for (const { seq, nonce } of observedLog.entries) {
    const stored = store.get(seq);
    if (!stored) violations.add("lost", `${seq} (${nonce}) was heard and is not stored`);
    else if (stored.nonce !== nonce)
      violations.add("disagreements", `${seq} was heard as ${nonce}, stored as ${stored.nonce}`);
    if (stored && stored.at < at) violations.add("reordered", `the time of ${seq} is before that of the one before it`);
    at = stored?.at ?? at;
  }
}

/** What was sent after an acknowledgement stands after what was acknowledged. */
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

/** Nothing is refused but changes of what is deleted, and with all networks whole everything is answered. */
export function checkAnswers(history: History, deleted: ReadonlySet<number>, violations: Violations): void {
  for (const operation of history.operations) {
    const { command, seq, refusal } = operation;
    if (seq !== null) continue;
    if (refusal === null) violations.add("stuck", `${describe(operation)} was never answered`);
    else if (!("seq" in command) || !deleted.has(command.seq))
      violations.add("refused", `${describe(operation)}: ${refusal}`);
  }
}
