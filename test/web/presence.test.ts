import { describe, expect, it } from "vitest";
import { dictionaries } from "../../src/text/dictionary";
import { presenceText, typingText } from "../../src/web/people/presence-text";

const { en, ko } = dictionaries;
const now = new Date(2026, 10, 20, 15).getTime();
const gone = (minutes: number) => ({ status: "offline" as const, activeAt: now - minutes * 60_000 });

describe("presence", () => {
  it("is a word", () => {
    expect(presenceText({ status: "online", activeAt: null }, now, "en", en)).toBe("Online");
    expect(presenceText({ status: "dnd", activeAt: null }, now, "ko", ko)).toBe("방해 금지");
  });

  it("is the time of the last activity if it is known", () => {
    expect(presenceText(gone(5), now, "en", en)).toBe("last seen 5 minutes ago");
    expect(presenceText(gone(5), now, "ko", ko)).toBe("5분 전까지 있었어요");
    expect(presenceText(gone(0.5), now, "ko", ko)).toBe("방금까지 있었어요");
    expect(presenceText({ status: "offline", activeAt: null }, now, "en", en)).toBe("Offline");
  });

  it("is never in the future, although clocks differ", () => {
    expect(presenceText(gone(-3), now, "en", en)).toBe("last seen just now");
  });
});

describe("who is typing", () => {
  it("names up to two people", () => {
    expect(typingText([], en)).toBe("");
    expect(typingText(["Bob"], en)).toBe("Bob is typing…");
    expect(typingText(["Bob", "Carol"], en)).toBe("Bob and Carol are typing…");
    expect(typingText(["지수"], ko)).toBe("지수 님이 입력 중…");
    expect(typingText(["지수", "민아"], ko)).toBe("지수 님, 민아 님이 입력 중…");
  });

  it("names nobody beyond two people", () => {
    expect(typingText(["Bob", "Carol", "Dan"], en)).toBe("Several people are typing…");
    expect(typingText(["Bob", "Carol", "Dan"], ko)).toBe("여러 명이 입력 중…");
  });
});
