// The last word on a channel: what was acknowledged, what was heard and what the store holds must be one story.

import type { Chronicle, Entry } from "./chronicle.ts";
import type { Faults } from "./faults.ts";
import type { Asked, Ledger } from "./ledger.ts";

const describe = ({ author, command }: Asked): string => `${command.type} ${command.nonce} of ${author}`;

/** Whether that entry is the doing of that command. Deleting what is deleted is answered with the deletion that was first. */
function isDoing(entry: Entry, { author, command }: Asked): boolean {
  if (entry.actor === author && entry.nonce === command.nonce) return true;
  return command.type === "message.delete" && entry.type === "message.deleted" && entry.target === command.seq;
}

/** Every acknowledged command stands in the store where its acknowledgement said. */
export function checkAcks(ledger: Ledger, store: ReadonlyMap<number, Entry>, faults: Faults): void {
  const places = new Map([...store.values()].map((entry) => [`${entry.actor} ${entry.nonce}`, entry.seq]));
  for (const asked of ledger.all) {
    const place = places.get(`${asked.author} ${asked.command.nonce}`);
    if (asked.seq === null) {
      if (asked.refusal !== null && place !== undefined) {
        faults.add("refused", `${describe(asked)} was refused (${asked.refusal}) and stands at ${place}`);
      }
      continue;
    }
    const entry = store.get(asked.seq);
    if (entry && isDoing(entry, asked)) continue;
    if (place === undefined) faults.add("lost", `${describe(asked)} was acknowledged as ${asked.seq} and is nowhere`);
    else faults.add("moved", `${describe(asked)} was acknowledged as ${asked.seq} and stands at ${place}`);
  }
}

/** What anybody heard is stored, entry for entry; times never fall [S36]. */
export function checkHeard(chronicle: Chronicle, store: ReadonlyMap<number, Entry>, faults: Faults): void {
  let at = 0;
  for (const { seq, nonce } of chronicle.entries) {
    const stored = store.get(seq);
    if (!stored) faults.add("lost", `${seq} (${nonce}) was heard and is not stored`);
    else if (stored.nonce !== nonce)
      faults.add("disagreements", `${seq} was heard as ${nonce}, stored as ${stored.nonce}`);
    if (stored && stored.at < at) faults.add("reordered", `the time of ${seq} is before that of the one before it`);
    at = stored?.at ?? at;
  }
}

/** What was sent after an acknowledgement stands after what was acknowledged. */
export function checkRealTime(ledger: Ledger, faults: Faults): void {
  const acked = [...ledger.all].filter(({ command, seq }) => seq !== null && command.type !== "message.delete");
  const bySending = acked.toSorted((a, b) => a.sentAt - b.sentAt);
  const byAck = acked.toSorted((a, b) => (a.ackedAt ?? 0) - (b.ackedAt ?? 0));
  let highest: Asked | null = null;
  let next = 0;
  for (const asked of bySending) {
    for (let before = byAck[next]; before && (before.ackedAt ?? 0) < asked.sentAt; before = byAck[++next]) {
      if ((before.seq ?? 0) > (highest?.seq ?? 0)) highest = before;
    }
    if (highest && (asked.seq ?? 0) < (highest.seq ?? 0)) {
      faults.add("realTime", `${describe(asked)} at ${asked.seq} was sent after ${highest.seq} had been acknowledged`);
    }
  }
}

/** Nothing is refused but changes of what is deleted, and with all networks whole everything is answered. */
export function checkAnswers(ledger: Ledger, deleted: ReadonlySet<number>, faults: Faults): void {
  for (const asked of ledger.all) {
    const { command, seq, refusal } = asked;
    if (seq !== null) continue;
    if (refusal === null) faults.add("stuck", `${describe(asked)} was never answered`);
    else if (!("seq" in command) || !deleted.has(command.seq)) faults.add("refused", `${describe(asked)}: ${refusal}`);
  }
}
