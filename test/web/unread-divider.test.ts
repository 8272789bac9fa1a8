import { describe, expect, it } from "vitest";
import type { MessageView } from "../../src/sdk";
import { countUnread, firstUnread, newestSeq, placeDivider } from "../../src/web/chat/unread-divider";
import { messageView } from "./message-view";

const me = "u_alice";
const from = (seq: number | null, author: string, state: "live" | "deleted" = "live"): MessageView =>
  messageView({ seq, author, state, text: state === "live" ? "hi" : "" });
const messages = [
  from(1, "u_bob"),
  from(2, me),
  from(4, "u_bob", "deleted"),
  from(5, "u_bob"),
  from(6, "u_bob"),
  from(null, me),
];

describe("the New divider", () => {
  it("is before the first message of another person after my read mark", () => {
    expect(firstUnread({ messages, me, read: 1 })?.key).toBe("k5");
    expect(firstUnread({ messages, me, read: 0 })?.key).toBe("k1");
    expect(firstUnread({ messages, me, read: 6 })).toBeNull();
  });

  it("does not move while the page is focused", () => {
    expect(placeDivider("k5", true, { messages, me, read: 5 })).toBe("k5");
    expect(placeDivider(null, true, { messages, me, read: 4 })).toBeNull();
  });

  it("moves to messages that arrived while the page was not focused", () => {
    expect(placeDivider("k1", false, { messages, me, read: 4 })).toBe("k5");
    expect(placeDivider("k1", false, { messages, me, read: 6 })).toBe("k1");
  });

  it("does not count my own messages or deleted ones", () => {
    expect(countUnread({ messages, me, read: 0 })).toBe(3);
    expect(countUnread({ messages, me, read: 5 })).toBe(1);
    expect(newestSeq(messages)).toBe(6);
    expect(newestSeq([])).toBe(0);
  });
});
