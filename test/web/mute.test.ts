import { describe, expect, it } from "vitest";
import { type InboxEntry, MUTED_FOREVER } from "../../src/sdk";
import { badgeCounts, totalUnread, unreadOf } from "../../src/web/app/unread";
import { mutedUntil, muteLengths } from "../../src/web/details/mute-times";

const at = (hour: number, minute = 0) => new Date(2026, 10, 21, hour, minute).getTime();

describe("the end of a mute", () => {
  it("is after an hour, after eight hours or never", () => {
    expect(mutedUntil("hour", at(12))).toBe(at(13));
    expect(mutedUntil("workday", at(12))).toBe(at(20));
    expect(mutedUntil("forever", at(12))).toBe(MUTED_FOREVER);
  });

  it("is at eight o'clock the next day, also at the end of a month", () => {
    const morning = new Date(2026, 10, 22, 8).getTime();
    for (const hour of [0, 7, 8, 23]) expect(mutedUntil("tomorrow", at(hour, 30))).toBe(morning);
    const newYear = new Date(2027, 0, 1, 8).getTime();
    expect(mutedUntil("tomorrow", new Date(2026, 11, 31, 22).getTime())).toBe(newYear);
  });

  it("is always in the future", () => {
    for (const length of muteLengths) expect(mutedUntil(length, at(12))).toBeGreaterThan(at(12));
  });
});

const entry = (
  unread: number,
  mentions: number,
  silentUntil = 0,
  unreadFrom: number | null = null,
  level: InboxEntry["level"] = "all",
): InboxEntry => ({
  ...{ id: "c_1", kind: "group", name: "Deck", topic: "", history: "all", createdBy: "u_bob", members: [], roster: [] },
  row: { channel: "c_1", epochNumber: 1, head: 9, preview: null, read: 0, unreadFrom, unread, mentions, at: 0 },
  pending: [],
  mutedUntil: silentUntil,
  level,
});

describe("unread counts", () => {
  it("leave out muted chats except for mentions", () => {
    expect(totalUnread([entry(3, 0), entry(5, 0, 2_000)], 1_000)).toBe(3);
    expect(totalUnread([entry(3, 1), entry(5, 2, 2_000)], 1_000)).toBe(5);
  });

  it("count only mentions at lower levels, and nothing of a muted chat on the icon", () => {
    const some = [entry(3, 0), entry(5, 2, 0, null, "mentions"), entry(7, 1, 0, null, "nothing"), entry(9, 1, 2_000)];
    expect(totalUnread(some, 1_000)).toBe(7);
    const chats = some.map((one, at) => ({ ...one, id: `c_${at}` }));
    expect(badgeCounts(chats, 1_000)).toEqual({
      c_0: { unread: 3, through: 9, epochNumber: 1 },
      c_1: { unread: 2, through: 9, epochNumber: 1 },
    });
  });

  it("count a chat again when its mute has ended", () => {
    expect(totalUnread([entry(5, 0, 2_000)], 2_000)).toBe(5);
  });

  it("are at least one for a chat that was set to unread", () => {
    expect(unreadOf(entry(0, 0, 0, 4))).toBe(1);
    expect(unreadOf(entry(0, 0))).toBe(0);
  });
});
