import { expect, test } from "vitest";
import { checkAcks, checkAnswers, checkHeard, checkRealTime } from "./checker";
import { DeliveryChecker } from "./delivery-checker";
import { History } from "./history";
import { type Entry, ObservedLog } from "./observed-log";
import { type ViolationKind, Violations } from "./violations";

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
  const violations = new Violations();
  const observedLog = new ObservedLog(violations);
  const receive = (name: string, ...seqs: number[]) => {
    const deliveries = new DeliveryChecker(name, observedLog, violations, 0);
    for (const seq of seqs) deliveries.received(entry(seq));
    return deliveries;
  };
  return { violations, observedLog, history: new History(violations), receive };
}

/** The kinds that were counted. */
const found = ({ counts }: Violations) => (Object.keys(counts) as ViolationKind[]).filter((kind) => counts[kind] > 0);

test("a complete history has no violations", () => {
  const { violations, observedLog, history, receive } = world();
  for (const name of ["bob", "carol"]) receive(name, 1, 2, 3).finish(3);
  for (const seq of [1, 2, 3]) {
    history.sent("alice", send(`n${seq}`), seq * 10);
    history.ackedAt("alice", `n${seq}`, seq, seq * 10 + 5);
  }
  const store = storeOf(entry(1), entry(2), entry(3));
  checkAcks(history, store, violations);
  checkHeard(observedLog, store, violations);
  checkRealTime(history, violations);
  checkAnswers(history, new Set(), violations);
  expect(found(violations)).toEqual([]);
});

test("a skipped entry is a gap, and lost where it never comes", () => {
  const { violations, receive } = world();
  const bob = receive("bob", 1, 3);
  expect(found(violations)).toEqual(["gaps"]);
  bob.finish(3);
  expect(violations.counts).toMatchObject({ gaps: 1, lost: 1 });
});

test("the end of a log that a client did not receive is lost", () => {
  const { violations, receive } = world();
  receive("bob", 1, 2).finish(4);
  expect(violations.counts.lost).toBe(2);
});

test("an entry received twice is a duplicate; one received after a later one is out of order", () => {
  const twice = world();
  twice.receive("bob", 1, 2, 2);
  expect(found(twice.violations)).toEqual(["duplicated"]);
  const late = world();
  late.receive("bob", 1, 3, 2);
  expect(late.violations.counts).toMatchObject({ gaps: 1, reordered: 1, duplicated: 0 });
});

test("two clients that received different entries at one seq disagree", () => {
  const { violations, observedLog, receive } = world();
  receive("bob", 1, 2);
  new DeliveryChecker("carol", observedLog, violations, 1).received(entry(2, { nonce: "another" }));
  expect(found(violations)).toEqual(["disagreements"]);
});

test("a command at two seqs is a duplicate", () => {
  const { violations, observedLog, receive } = world();
  receive("bob", 1).received(entry(2, { nonce: "n1" }));
  expect(found(violations)).toEqual(["duplicated"]);
  expect(observedLog.head).toBe(2);
});

test("an acknowledged command is lost where it is not stored, and moved where it has another seq", () => {
  const { violations, history } = world();
  for (const nonce of ["n1", "n2"]) history.sent("alice", send(nonce), 0);
  history.ackedAt("alice", "n1", 1, 1);
  history.ackedAt("alice", "n2", 2, 1);
  checkAcks(
    history,
    storeOf(entry(1, { nonce: "another" }), entry(2, { nonce: "too" }), entry(3, { nonce: "n2" })),
    violations,
  );
  expect(violations.counts).toMatchObject({ lost: 1, moved: 1 });
});

test("a second acknowledgement with another seq is a move", () => {
  const { violations, history } = world();
  history.sent("alice", send("n1"), 0);
  history.ackedAt("alice", "n1", 1, 1);
  history.ackedAt("alice", "n1", 2, 2);
  expect(found(violations)).toEqual(["moved"]);
});

test("deleting a deleted message may be answered with the first deletion", () => {
  const { violations, history } = world();
  history.sent("bob", { type: "message.delete", seq: 1, nonce: "again", epoch: "e", after: 2 }, 0);
  history.ackedAt("bob", "again", 2, 1);
  checkAcks(history, storeOf(entry(1), entry(2, { type: "message.deleted", target: 1 })), violations);
  expect(found(violations)).toEqual([]);
});

test("an entry that was received and is not stored is lost; one stored as another is a disagreement", () => {
  const { violations, observedLog, receive } = world();
  receive("bob", 1, 2);
  checkHeard(observedLog, storeOf(entry(1, { nonce: "another" })), violations);
  expect(violations.counts).toMatchObject({ lost: 1, disagreements: 1 });
});

test("a time that falls along the log is out of order", () => {
  const { violations, observedLog, receive } = world();
  receive("bob", 1, 2);
  checkHeard(observedLog, storeOf(entry(1, { at: 9 }), entry(2, { at: 8 })), violations);
  expect(found(violations)).toEqual(["reordered"]);
});

test("an entry sent after an acknowledgement may not precede the acknowledged one; a concurrent one may", () => {
  const { violations, history } = world();
  history.sent("alice", send("late"), 0);
  history.ackedAt("alice", "late", 5, 10);
  history.sent("alice", send("meanwhile"), 9);
  history.ackedAt("alice", "meanwhile", 4, 20);
  checkRealTime(history, violations);
  expect(found(violations)).toEqual([]);
  history.sent("alice", send("after"), 11);
  history.ackedAt("alice", "after", 3, 20);
  checkRealTime(history, violations);
  expect(violations.counts.realTime).toBe(1);
});

test("a command without an answer is stuck; a refused send is wrong, and so is a refused one that is stored", () => {
  const { violations, history } = world();
  for (const nonce of ["open", "refused"]) history.sent("alice", send(nonce), 0);
  history.refused("alice", "refused", "invalid");
  checkAnswers(history, new Set(), violations);
  expect(violations.counts).toMatchObject({ stuck: 1, refused: 1 });
  checkAcks(history, storeOf(entry(1, { nonce: "refused" })), violations);
  expect(violations.counts.refused).toBe(2);
});

test("a change of a deleted message may be refused", () => {
  const { violations, history } = world();
  history.sent("alice", { type: "message.pin", seq: 1, nonce: "pin", epoch: "e", after: 1 }, 0);
  history.refused("alice", "pin", "message_deleted");
  checkAnswers(history, new Set([1]), violations);
  expect(found(violations)).toEqual([]);
});
