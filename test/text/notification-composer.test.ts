import { describe, expect, it } from "vitest";
import { contentOf } from "../../src/text/notification-composer";
import { showNote } from "../support/show-note";

const alike = { author: { id: "u_bob", name: "Bob", handle: "bob2" } };
/** A name between isolates, so that it turns nothing around it. */
const rtl = "\u2068שרה\u2069";
const direct = { kind: "direct", name: "" } as const;
const oneFile = { text: "", attachments: { count: 1, name: "photo.jpg", type: "image/jpeg" } };
const manyFiles = { text: "", attachments: { ...oneFile.attachments, count: 3 } };
const hidden = { author: null, text: "" };

describe("the content of a notification", () => {
  it.each([
    ["a group message", {}, "Deck", "Bob: North?", "Bob: North?"],
    ["a mention", { mention: true }, "Deck", "Bob mentioned you: North?", "Bob 님이 나를 언급했어요: North?"],
    ["a direct message", direct, "Bob", "North?", "North?"],
    ["a mention in a direct chat", { ...direct, mention: true }, "Bob", "North?", "North?"],
    ["a group message of one of two with the same name", alike, "Deck", "Bob (@bob2): North?", "Bob (@bob2): North?"],
    ["a direct message of one of two", { ...direct, ...alike }, "Bob (@bob2)", "North?", "North?"],
    ["a name from right to left", { author: { id: "u_1", name: "שרה" } }, "Deck", `${rtl}: North?`, `${rtl}: North?`],
    ["a group from right to left", { name: "שרה" }, rtl, "Bob: North?", "Bob: North?"],
    [
      "a reply in a thread",
      { thread: 4 },
      "Deck",
      "Bob replied in a thread: North?",
      "Bob 님이 스레드에 답글을 남겼어요: North?",
    ],
    [
      "a reply in a thread of a direct chat",
      { ...direct, thread: 4 },
      "Bob",
      "Bob replied in a thread: North?",
      "Bob 님이 스레드에 답글을 남겼어요: North?",
    ],
    [
      "a mention in a thread",
      { thread: 4, mention: true },
      "Deck",
      "Bob mentioned you in a thread: North?",
      "Bob 님이 스레드에서 나를 언급했어요: North?",
    ],
    [
      "a reply in a thread with hidden previews",
      { ...hidden, thread: 4 },
      "Deck",
      "There is a new reply in a thread",
      "스레드에 새 답글이 있어요",
    ],
    ["a message of marks only", { ...direct, text: "***" }, "Bob", "***", "***"],
    ["hidden previews", hidden, "Deck", "3 new messages", "새 메시지 3개"],
    ["one file without a text", { ...direct, ...oneFile }, "Bob", "Photo", "사진"],
    ["several files", manyFiles, "Deck", "Bob: 3 files", "Bob: 파일 3개"],
    [
      "a mention above a file",
      { ...oneFile, text: "look", mention: true },
      "Deck",
      "Bob mentioned you: look",
      "Bob 님이 나를 언급했어요: look",
    ],
    ["hidden previews, with files", { ...manyFiles, author: null }, "Deck", "3 new messages", "새 메시지 3개"],
    ["hidden previews, one message", { ...hidden, unread: 1 }, "Deck", "1 new message", "새 메시지 1개"],
    ["hidden previews, many messages", { ...hidden, unread: 100 }, "Deck", "99+ new messages", "새 메시지 99+개"],
    ["hidden previews, nothing counted", { ...hidden, unread: 0 }, "Deck", "1 new message", "새 메시지 1개"],
    ["a hidden mention", { ...hidden, mention: true }, "Deck", "Somebody mentioned you", "나를 언급한 메시지가 있어요"],
    ["a hidden direct message", { ...hidden, ...direct }, "Parley", "3 new messages", "새 메시지 3개"],
  ] as const)("of %s", (_, fields, title, english, korean) => {
    expect(contentOf({ ...showNote, ...fields }, "en")).toEqual({ title, body: english });
    expect(contentOf({ ...showNote, ...fields }, "ko")).toEqual({ title, body: korean });
  });

  it("of a test says that notifications arrive", () => {
    expect(contentOf({ type: "test", key: "k", at: 1 }, "en").title).toBe("Notifications work");
    expect(contentOf({ type: "test", key: "k", at: 1 }, "ko").title).toBe("알림이 잘 도착해요");
  });
});
