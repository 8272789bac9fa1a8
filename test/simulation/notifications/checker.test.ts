// The checkers find missing, unwanted and repeated notifications, and accept those that are not the
// server's fault.
import { describe, expect, it } from "vitest";
import type { PushNote } from "../../../src/protocol";
import { bounds } from "./bounds";
import { check } from "./checker";
import { isBeginning } from "./content-checker";
import { deadlineOf } from "./expectations";
import { type ChannelHistory, History, type PushRequest, type PushTarget, type RequestOutcome } from "./history";

const MINUTE = 60_000;
const SENT_AT = 10 * MINUTE;

interface Scene {
  history: History;
  channel: ChannelHistory;
  phone: PushTarget;
}

/** alice writes to bob, who has a phone and is offline. */
function scene(): Scene {
  const history = new History();
  for (const name of ["alice", "bob"]) history.addUser(name, name);
  const channel = history.addChannel("c_1", "direct", "", ["alice", "bob"]);
  const phone = history.addTarget("phone", "bob");
  phone.subscribed.change(true, 0, 1);
  return { history, channel, phone };
}

function sendMessage({ history }: Scene, seq: number, at = SENT_AT): void {
  const message = {
    channel: "c_1",
    seq,
    author: "alice",
    text: `안녕 ${seq}`,
    mentions: [],
    begunAt: at - 50,
    doneAt: at,
  };
  history.recordMessage(message);
}

const noteOf = (seq: number, at: number): PushNote => ({
  type: "show",
  key: `c_1:${seq}`,
  user: "bob",
  epochNumber: 1,
  channel: "c_1",
  kind: "direct",
  seq,
  through: seq,
  thread: null,
  name: "",
  author: { id: "alice", name: "alice" },
  text: `안녕 ${seq}`,
  mention: false,
  unread: 1,
  at,
});

function arrive({ history }: Scene, seq: number, at: number, topic = "1"): void {
  history.arrivals.push({ target: "phone", at, topic, cut: false, note: noteOf(seq, SENT_AT) });
}

function request({ history }: Scene, at: number, outcome: RequestOutcome, retryAfterMs = 0): void {
  const asked: PushRequest = {
    at,
    doneAt: at,
    target: "phone",
    topic: "1",
    urgency: "high",
    ttl: "60",
    outcome,
    retryAfterMs,
    place: 0,
    error: "",
  };
  history.requests.push(asked);
}

const barOf = ({ history }: Scene, bar: string): number => check(history, 0).bars[bar]?.value ?? Number.NaN;

describe("an expected notification", () => {
  it("is missed where it never arrives", () => {
    const given = scene();
    sendMessage(given, 1);
    expect(barOf(given, "missed")).toBe(1);
  });

  it("is met by a newer one of the same channel", () => {
    const given = scene();
    sendMessage(given, 1);
    sendMessage(given, 2, SENT_AT + 100);
    arrive(given, 2, SENT_AT + 2_000);
    expect(barOf(given, "due")).toBe(2);
    expect(barOf(given, "missed")).toBe(0);
  });

  it("is missed where it arrives late", () => {
    const given = scene();
    sendMessage(given, 1);
    arrive(given, 1, SENT_AT + bounds.arrivalMs + 1);
    expect(barOf(given, "missed")).toBe(1);
  });

  it("gets a new deadline after an outage and after a restart", () => {
    const healed = SENT_AT + 30_000;
    expect(deadlineOf(SENT_AT, MINUTE, [{ from: SENT_AT + 5_000, to: healed }])).toBe(healed + MINUTE);
    const duplicates = [
      { from: healed + 1_000, to: healed + 2_000 },
      { from: SENT_AT - 5_000, to: healed },
    ];
    expect(deadlineOf(SENT_AT, MINUTE, duplicates)).toBe(healed + 2_000 + MINUTE);
    expect(deadlineOf(SENT_AT, MINUTE, [{ from: 0, to: SENT_AT - 1 }])).toBe(SENT_AT + MINUTE);
  });

  it("does not exist for a person who is active, or who read the message elsewhere", () => {
    const present = scene();
    present.history.users.get("bob")?.activity.change("active", 0, 10);
    sendMessage(present, 1);
    expect(barOf(present, "due")).toBe(0);
    const reader = scene();
    sendMessage(reader, 1);
    reader.channel.memberships.get("bob")?.reads.push({ seq: 1, begunAt: SENT_AT + 500, doneAt: SENT_AT + 600 });
    expect(barOf(reader, "due")).toBe(0);
  });
});

describe("an unwanted notification", () => {
  it("comes for a message that was sent after its channel was muted", () => {
    const given = scene();
    given.channel.memberships.get("bob")?.muted.change(true, SENT_AT - 200, SENT_AT - 100);
    sendMessage(given, 1);
    arrive(given, 1, SENT_AT + 500);
    expect(barOf(given, "wrong")).toBe(1);
  });

  it("was not under way when the channel was muted", () => {
    const given = scene();
    sendMessage(given, 1);
    given.channel.memberships.get("bob")?.muted.change(true, SENT_AT + 100, SENT_AT + 200);
    arrive(given, 1, SENT_AT + 200 + bounds.slackMs);
    expect(barOf(given, "wrong")).toBe(0);
    arrive(given, 1, SENT_AT + 201 + bounds.slackMs);
    expect(barOf(given, "wrong")).toBe(1);
  });

  it("comes after its message was read", () => {
    const given = scene();
    sendMessage(given, 1);
    given.channel.memberships.get("bob")?.reads.push({ seq: 1, begunAt: SENT_AT + 100, doneAt: SENT_AT + 200 });
    arrive(given, 1, SENT_AT + 20_000);
    expect(barOf(given, "wrong")).toBe(1);
  });

  it("comes to a person who was removed, or to a device that was revoked", () => {
    const removed = scene();
    removed.channel.memberships.get("bob")?.member.change(false, SENT_AT - 200, SENT_AT - 100);
    sendMessage(removed, 1);
    arrive(removed, 1, SENT_AT + 500);
    expect(barOf(removed, "wrong")).toBe(1);
    const given = scene();
    given.phone.subscribed.change(false, SENT_AT - 200, SENT_AT - 100);
    request(given, SENT_AT + 5_000, "taken");
    expect(barOf(given, "toRevoked")).toBe(1);
  });

  it("has a text other than the message", () => {
    const given = scene();
    sendMessage(given, 1);
    given.history.arrivals.push({
      target: "phone",
      at: SENT_AT + 10,
      topic: "1",
      cut: false,
      note: { ...noteOf(1, SENT_AT), text: "안녕 2" },
    } as History["arrivals"][number]);
    expect(barOf(given, "garbled")).toBe(1);
  });
});

describe("manners", () => {
  it("do not allow duplicates, nor an older notification after a newer one", () => {
    const given = scene();
    sendMessage(given, 1);
    sendMessage(given, 2, SENT_AT + 10);
    arrive(given, 2, SENT_AT + 1_000);
    arrive(given, 2, SENT_AT + 2_000);
    arrive(given, 1, SENT_AT + 3_000);
    expect(barOf(given, "twicePercent")).toBeGreaterThan(2);
    expect(barOf(given, "stale")).toBe(1);
  });

  it("require one topic for a channel on a device", () => {
    const given = scene();
    sendMessage(given, 1);
    sendMessage(given, 2, SENT_AT + 10);
    arrive(given, 1, SENT_AT + 1_000);
    arrive(given, 2, SENT_AT + 2_000, "2");
    expect(barOf(given, "mixedTopics")).toBe(1);
  });

  it("require that Retry-After is kept, unless a kill lost it", () => {
    const given = scene();
    request(given, 1_000, "429", 5_000);
    request(given, 4_000, "taken");
    expect(barOf(given, "tooSoon")).toBe(1);
    given.history.downs.push({ from: 2_000, to: 3_000 });
    expect(barOf(given, "tooSoon")).toBe(0);
  });

  it("forbid requests to a device that is gone", () => {
    const given = scene();
    request(given, 1_000, "gone");
    request(given, 1_000 + bounds.underWayMs, "gone");
    expect(barOf(given, "afterTheEnd")).toBe(0);
    request(given, 20_000, "gone");
    expect(barOf(given, "afterTheEnd")).toBe(1);
  });

  it("require that a message read elsewhere is cleared", () => {
    const given = scene();
    sendMessage(given, 1);
    arrive(given, 1, SENT_AT + 1_000);
    given.channel.memberships.get("bob")?.reads.push({ seq: 1, begunAt: SENT_AT + 9_000, doneAt: SENT_AT + 9_100 });
    expect(barOf(given, "notCleared")).toBe(1);
    const clear = { type: "clear", key: "c_1:1", user: "bob", epochNumber: 1, channel: "c_1", seq: 1 } as const;
    given.history.arrivals.push({ target: "phone", at: SENT_AT + 11_000, topic: "1", cut: false, note: clear });
    expect(barOf(given, "notCleared")).toBe(0);
    given.channel.memberships.get("bob")?.reads.push({ seq: 1, begunAt: SENT_AT + 90_000, doneAt: SENT_AT + 90_100 });
    expect(barOf(given, "notCleared")).toBe(0);
    expect(barOf(given, "clearedUnread")).toBe(0);
  });

  it("forbid that an unread message is cleared", () => {
    const given = scene();
    sendMessage(given, 1);
    arrive(given, 1, SENT_AT + 1_000);
    const clear = { type: "clear", key: "c_1:1", user: "bob", epochNumber: 1, channel: "c_1", seq: 1 } as const;
    given.history.arrivals.push({ target: "phone", at: SENT_AT + 11_000, topic: "1", cut: false, note: clear });
    expect(barOf(given, "clearedUnread")).toBe(1);
    given.channel.memberships.get("bob")?.member.change(false, SENT_AT + 10_000, SENT_AT + 10_100);
    expect(barOf(given, "clearedUnread")).toBe(0);
  });
});

describe("the start of a text", () => {
  it("is the whole of a short one, and enough of a long one", () => {
    expect(isBeginning("두 줄 입니다", "두 줄\n입니다")).toBe(true);
    expect(isBeginning("안녕하", "안녕하세요")).toBe(false);
    const long = "가족 👨‍👩‍👧‍👦 ".repeat(60);
    expect(isBeginning([...long].slice(0, 240).join(""), long)).toBe(true);
    expect(isBeginning("가족", long)).toBe(false);
    expect(isBeginning(`${[...long].slice(0, 200).join("")}\ud83d`, long)).toBe(false);
  });
});
