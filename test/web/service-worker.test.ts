import { describe, expect, it } from "vitest";
import type { PushNote } from "../../src/protocol";
import { readBadgeCounts, totalOf, withNotification, withRead } from "../../src/web/worker/badge-counts";
import {
  composeNotRead,
  composeNotSent,
  composeOtherAccount,
  composeShow,
  composeTest,
  composeUnknown,
} from "../../src/web/worker/composed-notification";
import { readNote, withHandle } from "../../src/web/worker/push-note";
import { replyKey } from "../../src/web/worker/requests";
import { idOf, isCoveredBy, isNew, type ShownNotification, shownIn } from "../../src/web/worker/shown-notification";
import { ownerOf, readUnsentReplies, unsentIn } from "../../src/web/worker/unsent-reply";
import { isWebKit } from "../../src/web/worker/webkit";
import { byPreference, isChannelFocused } from "../../src/web/worker/window-state";

type ShowNote = Extract<PushNote, { type: "show" }>;

const note = (fields: Partial<ShowNote> = {}): ShowNote => ({
  ...{
    type: "show",
    key: "k9",
    channel: "c_1",
    epochNumber: 1,
    user: "u_alice",
    kind: "group",
    seq: 9,
    through: fields.seq ?? 9,
    thread: null,
    name: "Deck",
  },
  ...{ author: { id: "u_bob", name: "Bob" }, text: "North?", mention: false, unread: 3, at: 1_000 },
  ...fields,
});
const shown: ShownNotification = {
  ...{ key: "k9", channel: "c_1", epochNumber: 1, user: "u_alice", seq: 9, through: 9, thread: null, unread: 3 },
};

describe("a notification", () => {
  it("is one for each channel, with its time and actions", () => {
    const { options } = composeShow(note({ thread: 4 }), "en");
    expect(options).toMatchObject({
      ...{ tag: "c_1", renotify: true, timestamp: 1_000 },
      data: { ...shown, thread: 4 },
      actions: [{ action: "reply", type: "text" }, { action: "read" }],
    });
  });

  it("of a test or of an unreadable push belongs to no channel", () => {
    expect(shownIn({ data: composeTest("k", 1, "en").options.data })).toBeNull();
    expect(shownIn({ data: composeUnknown("ko").options.data })).toBeNull();
  });

  it("that was not marked as read replaces the original and keeps its actions", () => {
    const { title, options } = composeNotRead(shown, "ko");
    expect(title).toBe("읽음으로 표시하지 못했어요");
    expect(options).toMatchObject({ tag: "c_1", data: shown, actions: [{ action: "reply" }, { action: "read" }] });
  });

  it("of an unsent reply keeps the reply and is not replaced by others of the channel", () => {
    const { options } = composeNotSent({ ...shown, thread: 4 }, "on my way", "en");
    expect(options.tag).toBe("failed/c_1/k9");
    expect(options.body).toContain("on my way");
    const unsent = { user: "u_alice", channel: "c_1", seq: 9, thread: 4, text: "on my way" };
    expect(shownIn({ data: options.data })).toBeNull();
    expect(unsentIn({ data: options.data })).toEqual(unsent);
    expect(ownerOf({ data: options.data })).toBe("u_alice");
    expect(readUnsentReplies(JSON.stringify([unsent, { user: 1 }]))).toEqual([unsent]);
    for (const stored of [null, "", "null", "{}", "{"]) expect(readUnsentReplies(stored)).toEqual([]);
  });

  it("for another account says so, with the typed reply", () => {
    expect(composeOtherAccount("on my way", "en").options.body).toMatch(/on my way$/);
    expect(shownIn({ data: composeOtherAccount("", "ko").options.data })).toBeNull();
  });
});

describe("a push", () => {
  it("is read field by field, and unknown fields are dropped", () => {
    expect(readNote({ ...note(), more: 1 })).toEqual(note());
    const attachments = { count: 2, name: "photo.jpg", type: "image/jpeg" };
    expect(readNote({ ...note(), text: "", attachments: { ...attachments, more: 1 } })).toEqual({
      ...note(),
      ...{ text: "", attachments },
    });
    for (const bad of [1, null, {}, { ...attachments, count: "2" }, { ...attachments, name: null }])
      expect(readNote({ ...note(), attachments: bad })).toEqual(note());
    const clear = { type: "clear", key: "k", channel: "c_1", epochNumber: 2, user: "u_alice", seq: 3 };
    expect(readNote({ ...clear, more: 1 })).toEqual(clear);
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
    { ...note(), epochNumber: 0 },
    { ...note(), epochNumber: undefined },
    { ...note(), user: undefined },
    { type: "clear", key: "k", channel: "c_1", seq: 3 },
    { type: "test", key: "k" },
  ])("%j is invalid", (value) => {
    expect(readNote(value)).toBeNull();
  });

  it("alerts once, and an older one does not replace a newer one", () => {
    expect(isNew(note(), [], null)).toBe(true);
    expect(isNew(note(), [shown], null)).toBe(false);
    expect(isNew(note(), [], idOf(shown))).toBe(false);
    expect(isNew(note({ key: "k8", seq: 8 }), [shown], idOf(shown))).toBe(false);
    expect(isNew(note({ key: "k10", seq: 10 }), [shown], idOf(shown))).toBe(true);
    expect(isNew(note({ key: "k1", seq: 1, channel: "c_2" }), [shown], null)).toBe(true);
  });

  it("of another epoch is always shown", () => {
    expect(isNew(note({ epochNumber: 2, seq: 3 }), [shown], idOf(shown))).toBe(true);
    expect(isNew(note({ epochNumber: 2 }), [shown], idOf(shown))).toBe(true);
    expect(isCoveredBy(shown, { channel: "c_1", epochNumber: 2, seq: 1 })).toBe(true);
    expect(isCoveredBy(shown, { channel: "c_2", epochNumber: 2, seq: 9 })).toBe(false);
  });

  it("that clears closes only what it covers", () => {
    expect(isCoveredBy(shown, { channel: "c_1", epochNumber: 1, seq: 9 })).toBe(true);
    expect(isCoveredBy(shown, { channel: "c_1", epochNumber: 1, seq: 8 })).toBe(false);
    expect(isCoveredBy(shown, { channel: "c_2", epochNumber: 1, seq: 9 })).toBe(false);
  });
});

describe("the badge of the app's icon", () => {
  const counts = { c_1: { unread: 3, through: 9, epochNumber: 1 }, c_2: { unread: 2, through: 4, epochNumber: 1 } };

  it("is the page's counts, updated by notifications", () => {
    expect(totalOf(counts)).toBe(5);
    expect(totalOf(withNotification(counts, "c_1", { unread: 4, through: 10, epochNumber: 1 }))).toBe(6);
    expect(totalOf(withNotification(counts, "c_3", { unread: 0, through: 1, epochNumber: 1 }))).toBe(6);
    expect(totalOf(withNotification(counts, "c_1", { unread: 1, through: 2, epochNumber: 2 }))).toBe(3);
    expect(totalOf(withRead(counts, "c_1", { through: 9, epochNumber: 1 }))).toBe(2);
    expect(totalOf(withRead(counts, "c_1", { through: 1, epochNumber: 2 }))).toBe(2);
  });

  it("is not lowered by late notifications", () => {
    expect(withNotification(counts, "c_1", { unread: 1, through: 7, epochNumber: 1 })).toBe(counts);
    expect(withRead(counts, "c_1", { through: 8, epochNumber: 1 })).toBe(counts);
  });

  it("is read as it was stored, and is empty if it cannot be read", () => {
    const gone = withRead(counts, "c_1", { through: 9, epochNumber: 1 });
    expect(readBadgeCounts(JSON.stringify(gone))).toEqual({ c_2: counts.c_2 });
    for (const stored of [null, "", "null", "[]", "{", '{"c_1":1}', '{"c_1":{"unread":"1"}}'])
      expect(readBadgeCounts(stored)).toEqual({});
  });
});

it.each([
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    true,
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/137.0 Mobile/15E148 Safari/604.1",
    true,
  ],
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36 Edg/137.0",
    false,
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", false],
] as const)("%s is WebKit: %s", (userAgent, is) => {
  expect(isWebKit(userAgent)).toBe(is);
});

describe("a window", () => {
  const view = { isFocused: true, isVisible: true, channel: "c_1" };

  it("that is focused needs no notification of its channel", () => {
    expect(isChannelFocused("c_1", [view])).toBe(true);
    expect(isChannelFocused("c_2", [view])).toBe(false);
    expect(isChannelFocused("c_1", [])).toBe(false);
    expect(isChannelFocused("c_1", [{ ...view, isFocused: false }])).toBe(false);
    expect(isChannelFocused("c_1", [{ ...view, isVisible: false }])).toBe(false);
    expect(isChannelFocused("c_1", [{ ...view, channel: null }, view])).toBe(true);
  });

  it("that is focused is preferred by a click", () => {
    const [hiddenOne, seen, used] = [
      { focused: false, visibilityState: "hidden" },
      { focused: false, visibilityState: "visible" },
      { focused: true, visibilityState: "visible" },
    ];
    expect(byPreference([hiddenOne, seen, used])).toEqual([used, seen, hiddenOne]);
  });
});

it("the same reply to the same notification has the same key", async () => {
  const key = await replyKey({ key: "k9" }, "yes");
  expect(key).toMatch(/^reply-[0-9a-f]{64}$/);
  expect(await replyKey({ key: "k9" }, "yes")).toBe(key);
  expect(await replyKey({ key: "k9" }, "no")).not.toBe(key);
  expect(await replyKey({ key: "k10" }, "yes")).not.toBe(key);
});

describe("[S160] the author of a notification", () => {
  it("has a handle if the server sent one", () => {
    const author = { id: "u_bob", name: "Bob", handle: "bob2" };
    expect(readNote(note({ author }))).toEqual(note({ author }));
    expect(readNote({ ...note(), author: { ...author, handle: 3 } })).toMatchObject({ author: { name: "Bob" } });
  });

  it("gets a handle if the page knows another person whose name looks the same", () => {
    const stored = JSON.stringify({ u_bob: "bob2" });
    expect(composeShow(withHandle(note(), stored), "en").options.body).toBe("Bob (@bob2): North?");
    for (const other of [null, "{", "null", "[]", '{"u_bob":1}', '{"u_eve":"eve"}'])
      expect(withHandle(note(), other)).toEqual(note());
    expect(withHandle(note({ author: null }), stored).author).toBeNull();
  });
});
