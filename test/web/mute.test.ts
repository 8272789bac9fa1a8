import { describe, expect, it } from "vitest";
import { type InboxEntry, MUTED_FOREVER } from "../../src/sdk";
import { badgeCounts, totalUnread, unreadOf } from "../../src/web/app/unread";
import { muteEnd, muteLengths } from "../../src/web/details/mute-times";

describe("the end of a mute", () => {
  it("is asked of the server: after an hour, after eight hours, tomorrow or never", () => {
    expect(muteLengths.map(muteEnd)).toEqual([
      { forMs: 3_600_000 },
      { forMs: 8 * 3_600_000 },
      { tomorrow: { zone: Intl.DateTimeFormat().resolvedOptions().timeZone, minute: 8 * 60 } },
      { until: MUTED_FOREVER },
    ]);
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
  isUnread: unread > 0,
  isMentioned: mentions > 0,
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
