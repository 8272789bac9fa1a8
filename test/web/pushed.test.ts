import { describe, expect, it } from "vitest";
import type { PushNote } from "../../src/protocol";
import { composeFailure, composeShow, composeTest, composeUnknown } from "../../src/web/worker/compose";
import { readNote } from "../../src/web/worker/note";
import { replyKey } from "../../src/web/worker/reply-key";
import { isNews, isOver, shownIn, unreadIn } from "../../src/web/worker/shown";
import { byUse, isWatched } from "../../src/web/worker/watching";

type ShowNote = Extract<PushNote, { type: "show" }>;

const note = (fields: Partial<ShowNote> = {}): ShowNote => ({
  ...{
    type: "show",
    key: "k9",
    channel: "c_1",
    kind: "group",
    seq: 9,
    through: fields.seq ?? 9,
    thread: null,
    name: "Deck",
  },
  ...{ author: { id: "u_bob", name: "Bob" }, text: "North?", mention: false, unread: 3, at: 1_000 },
  ...fields,
});
const hidden = { author: null, text: "" };

describe("what a notification says", () => {
  it.each([
    ["of a group", {}, "Deck", "Bob: North?", "Bob: North?"],
    ["to me in a group", { mention: true }, "Deck", "Bob mentioned you: North?", "Bob 님이 나를 언급했어요: North?"],
    ["from one person", { kind: "direct", name: "" }, "Bob", "North?", "North?"],
    ["with previews hidden", hidden, "Deck", "3 new messages", "새 메시지 3개"],
    ["of one message, hidden", { ...hidden, unread: 1 }, "Deck", "1 new message", "새 메시지 1개"],
    ["of very many, hidden", { ...hidden, unread: 100 }, "Deck", "99+ new messages", "새 메시지 99+개"],
    ["of none counted, hidden", { ...hidden, unread: 0 }, "Deck", "1 new message", "새 메시지 1개"],
    ["to me, hidden", { ...hidden, mention: true }, "Deck", "Somebody mentioned you", "나를 언급한 메시지가 있어요"],
    ["from one person, hidden", { ...hidden, kind: "direct", name: "" }, "Parley", "3 new messages", "새 메시지 3개"],
  ] as const)("%s", (_, fields, title, english, korean) => {
    const said = note(fields);
    expect(composeShow(said, "en-GB")).toMatchObject({ title, options: { body: english, lang: "en" } });
    expect(composeShow(said, "ko-KR")).toMatchObject({ title, options: { body: korean, lang: "ko" } });
  });

  it("is one for each channel, with its time and what can be done", () => {
    const { options } = composeShow(note({ thread: 4 }), "en");
    expect(options).toMatchObject({
      ...{ tag: "c_1", renotify: true, timestamp: 1_000 },
      data: { key: "k9", channel: "c_1", seq: 9, through: 9, thread: 4, unread: 3 },
      actions: [{ action: "reply", type: "text" }, { action: "read" }],
    });
  });

  it("that was only asked for, or cannot be read, belongs to no channel", () => {
    expect(shownIn({ data: composeTest(1, "en").options.data })).toBeNull();
    expect(shownIn({ data: composeUnknown("ko").options.data })).toBeNull();
  });

  it("of what could not be done keeps the words, and stands where the other stood", () => {
    const data = { key: "k9", channel: "c_1", seq: 9, through: 9, thread: null, unread: 3 };
    const unsent = composeFailure(data, { said: "on my way" }, "en");
    expect(unsent.options).toMatchObject({ tag: "c_1", data });
    expect(unsent.options.body).toContain("on my way");
    expect(composeFailure(data, "read", "ko").title).toBe("읽음으로 표시하지 못했어요");
  });
});

describe("a push", () => {
  it("is read as it is, and what it does not need is left out", () => {
    expect(readNote({ ...note(), more: 1 })).toEqual(note());
    expect(readNote({ type: "clear", key: "k", channel: "c_1", seq: 3 })).toEqual({
      type: "clear",
      key: "k",
      channel: "c_1",
      seq: 3,
    });
    expect(readNote({ type: "test", key: "k", at: 5 })).toEqual({ type: "test", key: "k", at: 5 });
  });

  it.each([
    null,
    "show",
    {},
    { ...note(), type: "shout" },
    { ...note(), key: 1 },
    { ...note(), channel: "../c_1" },
    { ...note(), seq: -1 },
    { ...note(), text: null },
    { type: "test", key: "k" },
  ])("%j is none", (value) => {
    expect(readNote(value)).toBeNull();
  });

  it("alerts once, and an older one does not replace a newer one", () => {
    const shown = { key: "k9", channel: "c_1", seq: 9, through: 9, thread: null, unread: 3 };
    expect(isNews(note(), [], null)).toBe(true);
    expect(isNews(note(), [shown], null)).toBe(false);
    expect(isNews(note(), [], "k9")).toBe(false);
    expect(isNews(note({ key: "k8", seq: 8 }), [shown], "k9")).toBe(false);
    expect(isNews(note({ key: "k10", seq: 10 }), [shown], "k9")).toBe(true);
    expect(isNews(note({ key: "k1", seq: 1, channel: "c_2" }), [shown], null)).toBe(true);
  });

  it("that takes back reaches only what it has seen", () => {
    const shown = { key: "k9", channel: "c_1", seq: 9, through: 9, thread: null, unread: 3 };
    expect(isOver(shown, { channel: "c_1", seq: 9 })).toBe(true);
    expect(isOver(shown, { channel: "c_1", seq: 8 })).toBe(false);
    expect(isOver(shown, { channel: "c_2", seq: 9 })).toBe(false);
    expect(unreadIn([shown, { ...shown, channel: "c_2", unread: 4 }])).toBe(7);
  });
});

describe("a window", () => {
  const view = { isFocused: true, isVisible: true, channel: "c_1" };

  it("in front of somebody's eyes needs no notification of its channel", () => {
    expect(isWatched("c_1", [view])).toBe(true);
    expect(isWatched("c_2", [view])).toBe(false);
    expect(isWatched("c_1", [])).toBe(false);
    expect(isWatched("c_1", [{ ...view, isFocused: false }])).toBe(false);
    expect(isWatched("c_1", [{ ...view, isVisible: false }])).toBe(false);
    expect(isWatched("c_1", [{ ...view, channel: null }, view])).toBe(true);
  });

  it("in use is the one somebody is led to", () => {
    const [hiddenOne, seen, used] = [
      { focused: false, visibilityState: "hidden" },
      { focused: false, visibilityState: "visible" },
      { focused: true, visibilityState: "visible" },
    ];
    expect(byUse([hiddenOne, seen, used])).toEqual([used, seen, hiddenOne]);
  });
});

it("the same reply to the same notification has the same key", async () => {
  const key = await replyKey({ key: "k9" }, "yes");
  expect(key).toMatch(/^reply-[0-9a-f]{64}$/);
  expect(await replyKey({ key: "k9" }, "yes")).toBe(key);
  expect(await replyKey({ key: "k9" }, "no")).not.toBe(key);
  expect(await replyKey({ key: "k10" }, "yes")).not.toBe(key);
});
