// When an open page alerts.
import { describe, expect, it } from "vitest";
import type { Me } from "../../src/protocol";
import type { InboxEntry } from "../../src/sdk";
import { alertIn, mayAlert } from "../../src/web/notifications/in-app-alert";
import { inboxEntry } from "./inbox-entry";

const ME = "u_alice";
const NOW = 1_000_000;
type Row = Partial<InboxEntry["row"]>;

const by = (author: string, at = NOW) => ({ author, text: "hi", at });
const readRow = { head: 8, unread: 0, preview: by("u_bob", NOW - 9) };
const unreadRow = { head: 9, unread: 1, preview: by("u_bob") };
const later = { head: 10, preview: by("u_bob", NOW + 1) };
const mine = { preview: by(ME, NOW + 1) };

const foundIn = (before: Row, after: Row, entry: Partial<Omit<InboxEntry, "row">> = {}, except: string | null = null) =>
  alertIn([inboxEntry({ ...entry, row: before })], [inboxEntry({ ...entry, row: after })], ME, except, NOW)?.id ?? null;

describe("an in-app alert", () => {
  it.each([
    ["for a message of another person", readRow, unreadRow, {}, "c_1"],
    ["not for my own message", readRow, { ...unreadRow, unread: 0, preview: by(ME) }, {}, null],
    ["for another message after an unread one", unreadRow, { ...unreadRow, head: 10, unread: 2 }, {}, "c_1"],
    ["for a reply in my thread", { ...readRow, preview: by(ME) }, { head: 9, unread: 1, preview: by(ME) }, {}, "c_1"],
    ["not for an edit or a reaction", unreadRow, { ...unreadRow, head: 10 }, {}, null],
    ["not when another device reads", unreadRow, { ...unreadRow, unread: 0 }, {}, null],
    ["for a message after another device has read", unreadRow, { ...later, read: 9, unread: 1 }, {}, "c_1"],
    [
      "not for an edit after another device has read",
      unreadRow,
      { ...unreadRow, head: 10, read: 8, unread: 1 },
      {},
      null,
    ],
    ["not when I set the channel to unread", readRow, { ...readRow, unread: 1, unreadFrom: 8 }, {}, null],
    ["for a message beyond the count", { ...unreadRow, unread: 100 }, { ...later, unread: 100 }, {}, "c_1"],
    [
      "not for my own message beyond the count",
      { ...unreadRow, unread: 100 },
      { ...later, ...mine, unread: 100 },
      {},
      null,
    ],
    [
      "not for an edit beyond the count",
      { ...unreadRow, unread: 100 },
      { ...unreadRow, head: 10, unread: 100 },
      {},
      null,
    ],
    ["not for a restored log", unreadRow, { ...unreadRow, epochNumber: 2, head: 20, unread: 5 }, {}, null],
    ["not for a muted chat", readRow, unreadRow, { mutedUntil: NOW + 1 }, null],
    ["once the mute has ended", readRow, unreadRow, { mutedUntil: NOW }, "c_1"],
    ["not at the notify level nothing", readRow, { ...unreadRow, mentions: 1 }, { level: "nothing" }, null],
    ["not without a mention at the level mentions", readRow, unreadRow, { level: "mentions" }, null],
    ["for a mention at the level mentions", readRow, { ...unreadRow, mentions: 1 }, { level: "mentions" }, "c_1"],
  ] as const)("%s", (_, before, after, entry, found) => {
    expect(foundIn(before, after, entry)).toBe(found);
  });

  it("is not shown for the chat that the person looks at", () => {
    expect(foundIn(readRow, unreadRow, {}, "c_1")).toBeNull();
    expect(foundIn(readRow, unreadRow, {}, "c_2")).toBe("c_1");
  });

  it("is shown for a new chat with a message", () => {
    expect(alertIn([], [inboxEntry({ row: unreadRow })], ME, null, NOW)?.id).toBe("c_1");
    expect(alertIn([], [inboxEntry({ row: { ...readRow, preview: null } })], ME, null, NOW)).toBeNull();
  });

  it("is shown for the most recent of several chats", () => {
    const at = (id: string, when: number, row: Row) => inboxEntry({ id, row: { ...row, at: when } });
    const before = [at("c_1", 1, readRow), at("c_2", 2, readRow), at("c_3", 3, readRow)];
    const after = [at("c_3", 3, readRow), at("c_2", 9, unreadRow), at("c_1", 8, unreadRow)];
    expect(alertIn(before, after, ME, null, NOW)?.id).toBe("c_2");
    expect(alertIn(before, after.toReversed(), ME, null, NOW)?.id).toBe("c_2");
  });
});

describe("alerts are allowed", () => {
  const noon = Date.UTC(2026, 10, 22, 3);
  const me = (presence: Me["presence"], quiet: Me["notifications"]["quiet"] = null): Me => ({
    ...{ id: ME, handle: "alice", name: "Alice", session: "s_1", createdAt: 0, receipts: true, needsHandle: false },
    presence,
    openTo: "everyone",
    notifications: { previews: true, quiet },
  });
  const hours = { from: 720, to: 780, zone: "Asia/Seoul" };

  it.each([
    ["by default", me("auto"), true],
    ["invisible", me("invisible"), true],
    ["not in the presence mode dnd", me("dnd"), false],
    ["not in quiet hours", me("auto", hours), false],
    ["outside of quiet hours", me("auto", { ...hours, from: 721 }), true],
    [
      "in quiet hours of a time zone that this browser does not know",
      me("auto", { ...hours, zone: "Asia/Atlantis" }),
      true,
    ],
  ])("%s", (_, person, is) => {
    expect(mayAlert(person, noon)).toBe(is);
  });
});
