// What an open page calls attention to.
import { describe, expect, it } from "vitest";
import type { Me } from "../../src/protocol";
import type { InboxEntry } from "../../src/sdk";
import { alertIn, mayAlert } from "../../src/web/notifications/in-app-alert";
import { inboxEntry } from "./inbox-entry";

const ME = "u_alice";
const NOW = 1_000_000;
type Row = Partial<InboxEntry["row"]>;

const by = (author: string, at = NOW) => ({ author, text: "hi", at });
const quiet = { head: 8, unread: 0, preview: by("u_bob", NOW - 9) };
const loud = { head: 9, unread: 1, preview: by("u_bob") };
const later = { head: 10, preview: by("u_bob", NOW + 1) };
const mine = { preview: by(ME, NOW + 1) };

const foundIn = (before: Row, after: Row, entry: Partial<Omit<InboxEntry, "row">> = {}, except: string | null = null) =>
  alertIn([inboxEntry({ ...entry, row: before })], [inboxEntry({ ...entry, row: after })], ME, except, NOW)?.id ?? null;

describe("news", () => {
  it.each([
    ["of somebody else", quiet, loud, {}, "c_1"],
    ["of my own", quiet, { ...loud, unread: 0, preview: by(ME) }, {}, null],
    ["another after one that is unread", loud, { ...loud, head: 10, unread: 2 }, {}, "c_1"],
    ["a reply in a thread of mine", { ...quiet, preview: by(ME) }, { head: 9, unread: 1, preview: by(ME) }, {}, "c_1"],
    ["an edit or a reaction", loud, { ...loud, head: 10 }, {}, null],
    ["what was read elsewhere", loud, { ...loud, unread: 0 }, {}, null],
    ["one after what was read elsewhere", loud, { ...later, read: 9, unread: 1 }, {}, "c_1"],
    ["an edit after what was read elsewhere", loud, { ...loud, head: 10, read: 8, unread: 1 }, {}, null],
    ["set to unread by hand", quiet, { ...quiet, unread: 1, unreadFrom: 8 }, {}, null],
    ["one more than can be counted", { ...loud, unread: 100 }, { ...later, unread: 100 }, {}, "c_1"],
    ["my own where no more can be counted", { ...loud, unread: 100 }, { ...later, ...mine, unread: 100 }, {}, null],
    ["an edit of what cannot be counted", { ...loud, unread: 100 }, { ...loud, head: 10, unread: 100 }, {}, null],
    ["a log that was restored", loud, { ...loud, life: 2, head: 20, unread: 5 }, {}, null],
    ["of a muted chat", quiet, loud, { mutedUntil: NOW + 1 }, null],
    ["once the silence is over", quiet, loud, { mutedUntil: NOW }, "c_1"],
    ["of a chat that tells nothing", quiet, { ...loud, mentions: 1 }, { level: "nothing" }, null],
    ["that does not call me, where only that counts", quiet, loud, { level: "mentions" }, null],
    ["that calls me, where only that counts", quiet, { ...loud, mentions: 1 }, { level: "mentions" }, "c_1"],
  ] as const)("%s", (_, before, after, entry, found) => {
    expect(foundIn(before, after, entry)).toBe(found);
  });

  it("are none of the chat that is looked at", () => {
    expect(foundIn(quiet, loud, {}, "c_1")).toBeNull();
    expect(foundIn(quiet, loud, {}, "c_2")).toBe("c_1");
  });

  it("are of a chat that was not there, where somebody wrote", () => {
    expect(alertIn([], [inboxEntry({ row: loud })], ME, null, NOW)?.id).toBe("c_1");
    expect(alertIn([], [inboxEntry({ row: { ...quiet, preview: null } })], ME, null, NOW)).toBeNull();
  });

  it("of several chats are those of the newest", () => {
    const at = (id: string, when: number, row: Row) => inboxEntry({ id, row: { ...row, at: when } });
    const before = [at("c_1", 1, quiet), at("c_2", 2, quiet), at("c_3", 3, quiet)];
    const after = [at("c_3", 3, quiet), at("c_2", 9, loud), at("c_1", 8, loud)];
    expect(alertIn(before, after, ME, null, NOW)?.id).toBe("c_2");
    expect(alertIn(before, after.toReversed(), ME, null, NOW)?.id).toBe("c_2");
  });
});

describe("being told of any", () => {
  const noon = Date.UTC(2026, 10, 22, 3);
  const me = (presence: Me["presence"], quiet: Me["notifications"]["quiet"] = null): Me => ({
    ...{ id: ME, handle: "alice", name: "Alice", session: "s_1", createdAt: 0, receipts: true },
    presence,
    notifications: { previews: true, quiet },
  });
  const hours = { from: 720, to: 780, zone: "Asia/Seoul" };

  it.each([
    ["as ever", me("auto"), true],
    ["invisible", me("invisible"), true],
    ["not to be disturbed", me("dnd"), false],
    ["in quiet hours", me("auto", hours), false],
    ["outside of them", me("auto", { ...hours, from: 721 }), true],
    ["in those of a place that this browser does not know", me("auto", { ...hours, zone: "Asia/Atlantis" }), true],
  ])("%s", (_, person, is) => {
    expect(mayAlert(person, noon)).toBe(is);
  });
});
