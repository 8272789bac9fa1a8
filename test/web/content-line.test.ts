import { describe, expect, it } from "vitest";
import { dictionaries } from "../../src/text/dictionary";
import { estimateRowHeight } from "../../src/web/chat/row-height";
import { contentLine, messageLine } from "../../src/web/people/content-line";
import { previewLine } from "../../src/web/people/preview-line";
import { inboxEntry } from "./inbox-entry";
import { messageView } from "./message-view";

const photo = { id: "a_1", name: "photo.jpg", type: "image/jpeg", size: 9 };
const { en, ko } = dictionaries;
const lineOf = (text: string, attachments: (typeof photo)[], words = en) =>
  messageLine({ text, attachments }, 20, words);

describe("the line of a message", () => {
  it("is its text, also above attachments", () => {
    expect(lineOf("**hello**", [])).toBe("hello");
    expect(lineOf("hello", [photo])).toBe("hello");
  });

  it("is the name of its only attachment, or their number", () => {
    expect(lineOf("", [photo])).toBe("Photo");
    expect(lineOf("", [photo, photo])).toBe("2 files");
    expect(lineOf("", [photo, photo], ko)).toBe("파일 2개");
    expect(contentLine({ text: "", attachments: { count: 1, name: "", type: "" } }, 20, en)).toBe("1 file");
  });

  it("is in the list of chats", () => {
    const attachments = { count: 1, name: "photo.jpg", type: "image/jpeg" };
    const entry = inboxEntry({});
    const row = { ...entry.row, preview: { author: "u_bob", text: "", at: 1, attachments } };
    expect(previewLine({ ...entry, row }, "u_alice", en)).toContain("Photo");
  });
});

describe("the last call in the list of chats", () => {
  const taken = { ...{ seq: 5, by: "u_bob", at: 9, durationMs: 720_000, rang: true }, joined: true, answered: true };
  const lastCall = { ...taken, reason: "left" as const };
  const missed = { ...lastCall, joined: false, answered: false, reason: "cancelled" as const };
  const lineWith = (row: object, words = en) => {
    const entry = inboxEntry({});
    const preview = { author: "u_bob", text: "hello", at: 8 };
    return previewLine({ ...entry, row: { ...entry.row, preview, ...row } }, "u_alice", words);
  };

  it.each<[string, object, string]>([
    ["says how long it was", { lastCall }, "Call, 12 min"],
    ["says less of a short one", { lastCall: { ...lastCall, durationMs: 9_000 } }, "Call"],
    ["says that I missed it, also after I have read it", { lastCall: missed }, "Missed call"],
    ["says nothing of missing if I declined", { lastCall: { ...missed, reason: "declined" } }, "Unanswered call"],
    ["says that nobody took mine", { lastCall: { ...missed, by: "u_alice", joined: true } }, "Unanswered call"],
    ["is older than a message", { lastCall: { ...lastCall, at: 7 } }, "hello"],
  ])("%s", (_, row, line) => {
    expect(lineWith(row)).toContain(line);
  });

  it("exists in Korean", () => {
    expect(lineWith({ lastCall }, ko)).toBe("통화, 12분");
  });
});

describe("the estimated height of a row", () => {
  const file = { ...photo, name: "report.pdf", type: "application/pdf" };
  const heightOf = (text: string, files: number, state: "live" | "deleted" = "live", of = file) => {
    const attachments = Array.from({ length: files }, () => of);
    const message = messageView({ seq: 1, author: "u_bob", state, text, attachments });
    return estimateRowHeight({ kind: "message", key: "k", message, mine: false, first: true, last: true });
  };

  it("has a line for each attachment, and none for a text that is missing above them", () => {
    expect(heightOf("hi", 2) - heightOf("hi", 0)).toBe(2 * (heightOf("hi", 1) - heightOf("hi", 0)));
    expect(heightOf("hi", 1) - heightOf("", 1)).toBe(heightOf("two\nlines", 0) - heightOf("hi", 0));
    expect(heightOf("", 0, "deleted")).toBe(heightOf("hi", 0));
  });

  it("has a row of squares for each two pictures", () => {
    const pictures = (count: number) => heightOf("", count, "live", photo);
    expect(pictures(3)).toBe(pictures(4));
    expect(pictures(6) - pictures(4)).toBe(pictures(4) - pictures(2));
  });
});
