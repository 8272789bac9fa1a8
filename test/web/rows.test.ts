import { describe, expect, it } from "vitest";
import type { ChannelNotice, MessageView } from "../../src/sdk";
import { buildRows, GROUP_MS, type Row, type RowSource } from "../../src/web/chat/rows";
import { messageView } from "./message-view";

const NOON = new Date(2026, 10, 20, 12).getTime();
const alice = "u_alice";
const bob = "u_bob";

const message = (seq: number, author: string, at: number, state: "live" | "deleted" = "live"): MessageView =>
  messageView({ seq, author, at, state, text: state === "live" ? `m${seq}` : "" });

const added = (seq: number, user: string, at: number): ChannelNotice => ({
  seq,
  at,
  actor: alice,
  type: "member.joined",
  data: { user, role: "member" },
});

const build = (messages: MessageView[], rest: Partial<RowSource> = {}): Row[] =>
  buildRows({ messages, me: alice, moreBefore: false, divider: null, pageStarts: new Set(), ...rest });

const shape = (rows: Row[]): string[] =>
  rows.map((row) => (row.kind === "message" ? `${row.key}${row.first ? "^" : ""}${row.last ? "$" : ""}` : row.kind));

describe("the rows of a channel", () => {
  it("begin with the introduction and a day once all earlier messages are loaded", () => {
    expect(shape(build([message(1, alice, NOON)]))).toEqual(["intro", "day", "k1^$"]);
    expect(shape(build([message(1, alice, NOON)], { moreBefore: true }))).toEqual(["k1^$"]);
    expect(shape(build([]))).toEqual(["intro"]);
  });

  it("group messages of one person within five minutes", () => {
    const rows = build(
      [
        message(1, alice, NOON),
        message(2, alice, NOON + GROUP_MS - 1),
        message(3, alice, NOON + 2 * GROUP_MS),
        message(4, bob, NOON + 2 * GROUP_MS + 1),
      ],
      { moreBefore: true },
    );
    expect(shape(rows)).toEqual(["k1^", "k2$", "k3^$", "k4^$"]);
    expect(rows.map((row) => row.kind === "message" && row.mine)).toEqual([true, true, true, false]);
  });

  it("separate two days, also within a group", () => {
    const late = new Date(2026, 10, 20, 23, 59).getTime();
    expect(shape(build([message(1, bob, late), message(2, bob, late + 120_000)], { moreBefore: true }))).toEqual([
      "k1^$",
      "day",
      "k2^$",
    ]);
  });

  it("have the divider before its message, also within a group", () => {
    const rows = build([message(1, bob, NOON), message(2, bob, NOON + 1)], { moreBefore: true, divider: "k2" });
    expect(shape(rows)).toEqual(["k1^$", "unread", "k2^$"]);
  });

  it("keep every row as it is when an earlier page arrives", () => {
    const known = [message(3, bob, NOON + 2), message(4, bob, NOON + 3)];
    const before = build(known, { moreBefore: true, pageStarts: new Set(["k3"]) });
    const after = build([message(1, bob, NOON), message(2, bob, NOON + 1), ...known], {
      moreBefore: true,
      pageStarts: new Set(["k3", "k1"]),
    });
    expect(after.slice(-2)).toEqual(before);
    expect(shape(after)).toEqual(["k1^", "k2$", "k3^", "k4$"]);
  });

  it("do not group deleted messages with others", () => {
    const rows = build([message(1, bob, NOON), message(2, bob, NOON + 1, "deleted")], { moreBefore: true });
    expect(shape(rows)).toEqual(["k1^$", "k2^$"]);
  });

  it("have notices between the messages, consecutive ones in one row", () => {
    const notices = [added(1, alice, NOON), added(2, bob, NOON + 1), added(4, bob, NOON + 3), added(6, bob, NOON + 9)];
    const messages = [message(3, alice, NOON + 2), message(5, alice, NOON + 4)];
    const rows = build(messages, { notices });
    expect(shape(rows)).toEqual(["intro", "day", "notices", "k3^$", "notices", "k5^$", "notices"]);
    expect(rows.map((row) => (row.kind === "notices" ? row.notices.map(({ seq }) => seq) : []))).toContainEqual([1, 2]);
  });

  it("leave out notices outside of the loaded messages", () => {
    const notices = [added(1, alice, NOON), added(3, bob, NOON), added(9, bob, NOON)];
    const messages = [message(2, alice, NOON), message(4, bob, NOON)];
    const rows = build(messages, { notices, moreBefore: true, moreAfter: true });
    expect(shape(rows)).toEqual(["k2^$", "notices", "k4^$"]);
  });

  it("have unique keys, also if a sender's clock was set back over midnight", () => {
    const midnight = new Date(2026, 10, 21).getTime();
    const rows = build([
      message(1, bob, midnight + 1),
      message(2, alice, midnight - 1),
      message(3, bob, midnight + 2),
      message(4, alice, midnight - 2),
    ]);
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
  });
});
