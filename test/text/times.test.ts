import { describe, expect, it } from "vitest";
import { ago, dayLabel, daysBetween, listTime } from "../../src/text/times";

const at = (day: number, hour = 12, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();
const words = { today: "Today", yesterday: "Yesterday" };
/** Replaces the narrow no-break spaces of Intl. */
const plain = (text: string) => text.replace(/\s/gu, " ");

describe("when something was", () => {
  it("counts days by midnight, not by hours", () => {
    expect(daysBetween(at(20, 23, 59), at(21, 0, 1))).toBe(1);
    expect(daysBetween(at(20, 0, 1), at(20, 23, 59))).toBe(0);
  });

  it("is a time today, a word yesterday, a weekday this week, then a date", () => {
    const now = at(20, 15);
    expect(plain(listTime(at(20, 9, 5), now, "en-US", "Yesterday"))).toBe("9:05 AM");
    expect(plain(listTime(at(20, 9, 5), now, "ko-KR", "어제"))).toBe("오전 9:05");
    expect(listTime(at(19), now, "en-US", "Yesterday")).toBe("Yesterday");
    expect(listTime(at(16), now, "en-US", "Yesterday")).toBe("Mon");
    expect(listTime(at(9), now, "ko-KR", "어제")).toBe("11월 9일");
    expect(plain(listTime(new Date(2024, 1, 3).getTime(), now, "en-US", "Yesterday"))).toBe("Feb 3, 2024");
  });

  it("follows the region's clock", () => {
    expect(listTime(at(20, 15, 5), at(20, 16), "en-GB", "Yesterday")).toBe("15:05");
  });

  it("names a day the way people do", () => {
    const now = at(20, 15);
    expect(dayLabel(at(20, 1), now, "en-US", words)).toBe("Today");
    expect(dayLabel(at(19, 23), now, "en-US", words)).toBe("Yesterday");
    expect(dayLabel(at(9), now, "en-US", words)).toBe("Monday, November 9");
    expect(dayLabel(at(9), now, "ko-KR", words)).toBe("11월 9일 월요일");
    expect(dayLabel(new Date(2024, 1, 3).getTime(), now, "en-US", words)).toBe("February 3, 2024");
  });

  it("says how long ago, and never names a future time", () => {
    const now = at(20, 15);
    expect(ago(now - 5_000, now, "en")).toBe("this minute");
    expect(ago(now + 60_000, now, "en")).toBe("this minute");
    expect(ago(now - 3 * 60_000, now, "en")).toBe("3 minutes ago");
    expect(ago(now - 2 * 3_600_000, now, "ko")).toBe("2시간 전");
    expect(ago(at(17), now, "en")).toBe("3 days ago");
  });
});
