import { expect, test } from "vitest";
import { checkAcks, checkAnswers, checkHeard, checkRealTime } from "./checker";
import { Chronicle, type Entry } from "./chronicle";
import { type FaultKind, Faults } from "./faults";
import { Hearing } from "./hearing";
import { Ledger } from "./ledger";

const entry = (seq: number, change: Partial<Entry> = {}): Entry => ({
  seq,
  type: "message.sent",
  actor: "alice",
  nonce: `n${seq}`,
  target: null,
  at: seq,
  ...change,
});
const storeOf = (...entries: Entry[]) => new Map(entries.map((one) => [one.seq, one]));
const send = (nonce: string) => ({ type: "message.send" as const, text: "hi", nonce, epoch: "e", after: 0 });

function world() {
  const faults = new Faults();
  const chronicle = new Chronicle(faults);
  const hear = (name: string, ...seqs: number[]) => {
    const hearing = new Hearing(name, chronicle, faults, 0);
    for (const seq of seqs) hearing.heard(entry(seq));
    return hearing;
  };
  return { faults, chronicle, ledger: new Ledger(faults), hear };
}

/** Kinds that were counted. */
const found = ({ counts }: Faults) => (Object.keys(counts) as FaultKind[]).filter((kind) => counts[kind] > 0);

test("a whole story has no faults", () => {
  const { faults, chronicle, ledger, hear } = world();
  for (const name of ["bob", "carol"]) hear(name, 1, 2, 3).finish(3);
  for (const seq of [1, 2, 3]) {
    ledger.sent("alice", send(`n${seq}`), seq * 10);
    ledger.ackedAt("alice", `n${seq}`, seq, seq * 10 + 5);
  }
  const store = storeOf(entry(1), entry(2), entry(3));
  checkAcks(ledger, store, faults);
  checkHeard(chronicle, store, faults);
  checkRealTime(ledger, faults);
  checkAnswers(ledger, new Set(), faults);
  expect(found(faults)).toEqual([]);
});

test("an entry left out is a gap, and lost when it never comes", () => {
  const { faults, hear } = world();
  const bob = hear("bob", 1, 3);
  expect(found(faults)).toEqual(["gaps"]);
  bob.finish(3);
  expect(faults.counts).toMatchObject({ gaps: 1, lost: 1 });
});

test("the end of a log that somebody did not hear is lost", () => {
  const { faults, hear } = world();
  hear("bob", 1, 2).finish(4);
  expect(faults.counts.lost).toBe(2);
});

test("an entry told twice is a duplicate; one told after a later one is out of order", () => {
  const twice = world();
  twice.hear("bob", 1, 2, 2);
  expect(found(twice.faults)).toEqual(["duplicated"]);
  const late = world();
  late.hear("bob", 1, 3, 2);
  expect(late.faults.counts).toMatchObject({ gaps: 1, reordered: 1, duplicated: 0 });
});

test("two listeners who heard different entries at one seq disagree", () => {
  const { faults, chronicle, hear } = world();
  hear("bob", 1, 2);
  new Hearing("carol", chronicle, faults, 1).heard(entry(2, { nonce: "another" }));
  expect(found(faults)).toEqual(["disagreements"]);
});

test("a command at two seqs is a duplicate", () => {
  const { faults, chronicle, hear } = world();
  hear("bob", 1).heard(entry(2, { nonce: "n1" }));
  expect(found(faults)).toEqual(["duplicated"]);
  expect(chronicle.head).toBe(2);
});

test("what was acknowledged and is nowhere is lost; elsewhere, it moved", () => {
  const { faults, ledger } = world();
  for (const nonce of ["n1", "n2"]) ledger.sent("alice", send(nonce), 0);
  ledger.ackedAt("alice", "n1", 1, 1);
  ledger.ackedAt("alice", "n2", 2, 1);
  checkAcks(
    ledger,
    storeOf(entry(1, { nonce: "another" }), entry(2, { nonce: "too" }), entry(3, { nonce: "n2" })),
    faults,
  );
  expect(faults.counts).toMatchObject({ lost: 1, moved: 1 });
});

test("a second acknowledgement with another seq moved", () => {
  const { faults, ledger } = world();
  ledger.sent("alice", send("n1"), 0);
  ledger.ackedAt("alice", "n1", 1, 1);
  ledger.ackedAt("alice", "n1", 2, 2);
  expect(found(faults)).toEqual(["moved"]);
});

test("deleting what is deleted is answered with the first deletion, and that is right", () => {
  const { faults, ledger } = world();
  ledger.sent("bob", { type: "message.delete", seq: 1, nonce: "again", epoch: "e", after: 2 }, 0);
  ledger.ackedAt("bob", "again", 2, 1);
  checkAcks(ledger, storeOf(entry(1), entry(2, { type: "message.deleted", target: 1 })), faults);
  expect(found(faults)).toEqual([]);
});

test("what was heard and is not stored is lost; stored as another, they disagree", () => {
  const { faults, chronicle, hear } = world();
  hear("bob", 1, 2);
  checkHeard(chronicle, storeOf(entry(1, { nonce: "another" })), faults);
  expect(faults.counts).toMatchObject({ lost: 1, disagreements: 1 });
});

test("a time that falls along the log is found", () => {
  const { faults, chronicle, hear } = world();
  hear("bob", 1, 2);
  checkHeard(chronicle, storeOf(entry(1, { at: 9 }), entry(2, { at: 8 })), faults);
  expect(found(faults)).toEqual(["reordered"]);
});

test("sent after an acknowledgement and standing before it breaks real time; sent meanwhile it may", () => {
  const { faults, ledger } = world();
  ledger.sent("alice", send("late"), 0);
  ledger.ackedAt("alice", "late", 5, 10);
  ledger.sent("alice", send("meanwhile"), 9);
  ledger.ackedAt("alice", "meanwhile", 4, 20);
  checkRealTime(ledger, faults);
  expect(found(faults)).toEqual([]);
  ledger.sent("alice", send("after"), 11);
  ledger.ackedAt("alice", "after", 3, 20);
  checkRealTime(ledger, faults);
  expect(faults.counts.realTime).toBe(1);
});

test("what was never answered is stuck; a send that was refused was refused wrongly, and so was one that is stored", () => {
  const { faults, ledger } = world();
  for (const nonce of ["open", "refused"]) ledger.sent("alice", send(nonce), 0);
  ledger.refused("alice", "refused", "invalid");
  checkAnswers(ledger, new Set(), faults);
  expect(faults.counts).toMatchObject({ stuck: 1, refused: 1 });
  checkAcks(ledger, storeOf(entry(1, { nonce: "refused" })), faults);
  expect(faults.counts.refused).toBe(2);
});

test("a change of what is deleted may be refused", () => {
  const { faults, ledger } = world();
  ledger.sent("alice", { type: "message.pin", seq: 1, nonce: "pin", epoch: "e", after: 1 }, 0);
  ledger.refused("alice", "pin", "message_deleted");
  checkAnswers(ledger, new Set([1]), faults);
  expect(found(faults)).toEqual([]);
});
