import { describe, expect, it } from "vitest";
import type { InboxEntry } from "../../src/sdk";
import { hasOtherKey, keyBytes } from "../../src/web/notifications/push-device";
import { type RegisteredDevice, readRegisteredDevice, renewalOf } from "../../src/web/notifications/registration";
import { readWindowRequest } from "../../src/web/notifications/window-request";
import { clockOf, minuteOf } from "../../src/web/settings/clock-time";
import { isRead } from "../../src/web/worker/shown-notification";
import { inboxEntry } from "./inbox-entry";

const DAY = 86_400_000;
const me = { id: "u_alice", session: "s_1" };
const last: RegisteredDevice = {
  user: "u_alice",
  session: "s_1",
  endpoint: "https://push.test/1",
  device: "d_1",
  at: 10 * DAY,
};

describe("the registration at a start", () => {
  it.each([
    ["stays on the same day", last, last.endpoint, 10.5, "none"],
    ["is not needed without notifications", null, null, 10, "none"],
    ["is checked a day later", last, last.endpoint, 11, "check"],
    ["is checked if the clock was set back", last, last.endpoint, 9, "check"],
    ["is renewed for another endpoint", last, "https://push.test/2", 10.5, "register"],
    ["is renewed for another session", { ...last, session: "s_0" }, last.endpoint, 10.5, "register"],
    ["needs a subscription if the browser lost it", last, null, 10.5, "subscribe"],
    ["ends if it belongs to another person", { ...last, user: "u_bob" }, last.endpoint, 10.5, "unsubscribe"],
    ["ends if nobody registered it", null, last.endpoint, 10.5, "unsubscribe"],
  ] as const)("%s", (_, last, endpoint, days, renewal) => {
    expect(renewalOf(last, endpoint, me, days * DAY)).toBe(renewal);
  });

  it("is read as it was stored, and is null if it cannot be read", () => {
    expect(readRegisteredDevice(JSON.stringify(last))).toEqual(last);
    for (const stored of [null, "", "null", "{}", "[]", "{", JSON.stringify({ ...last, at: "1" })])
      expect(readRegisteredDevice(stored)).toBeNull();
  });
});

describe("a shown notification", () => {
  const entry = (row: Partial<InboxEntry["row"]>) => inboxEntry({ row });
  const shown = {
    key: "k",
    channel: "c_1",
    epochNumber: 1,
    user: "u_alice",
    seq: 9,
    through: 9,
    thread: null,
    unread: 1,
  };

  it("closes when its message is read, here or on another device", () => {
    expect(isRead(shown, [entry({})])).toBe(false);
    expect(isRead(shown, [entry({ read: 9, unread: 0 })])).toBe(true);
    expect(isRead(shown, [entry({ read: 7, unread: 0 })])).toBe(true);
    expect(isRead(shown, [entry({ read: 9, unread: 2, head: 12 })])).toBe(true);
  });

  it("closes when its log has a new epoch", () => {
    expect(isRead(shown, [entry({ epochNumber: 2, head: 3, read: 0 })])).toBe(true);
  });

  it("stays if the inbox row is behind it, and if the channel was set to unread", () => {
    expect(isRead(shown, [entry({ head: 8, read: 8, unread: 0 })])).toBe(false);
    expect(isRead(shown, [entry({ read: 7, unread: 0, unreadFrom: 9 })])).toBe(false);
    expect(isRead(shown, [])).toBe(false);
    expect(isRead({ ...shown, epochNumber: 2 }, [entry({ read: 9, unread: 0 })])).toBe(false);
  });
});

describe("a request of the worker", () => {
  it("is read, and other messages are ignored", () => {
    expect(readWindowRequest({ ask: "channel" })).toEqual({ ask: "channel" });
    expect(readWindowRequest({ ask: "open", to: "/c/c_1?m=2", write: true })).toEqual({
      ask: "open",
      to: "/c/c_1?m=2",
      write: true,
    });
    for (const other of [null, "channel", {}, { ask: "open" }, { ask: "open", to: "https://elsewhere.test" }])
      expect(readWindowRequest(other)).toBeNull();
  });
});

describe("times of day", () => {
  it("convert between minutes and the text of a time input", () => {
    for (const [minute, clock] of [
      [0, "00:00"],
      [425, "07:05"],
      [1_439, "23:59"],
    ] as const) {
      expect(clockOf(minute)).toBe(clock);
      expect(minuteOf(clock)).toBe(minute);
    }
    expect(minuteOf("07:05:30")).toBe(425);
    for (const unfinished of ["", "7:5", "24:00", "12:60"]) expect(minuteOf(unfinished)).toBeNull();
  });
});

it("a subscription has another key if it was made with one, or if the push service refuses ours", () => {
  const made = (applicationServerKey: ArrayBuffer | null) => ({
    options: { applicationServerKey, userVisibleOnly: true },
  });
  expect(hasOtherKey(made(keyBytes("BP-_").buffer), "BP-_", "403 bad key")).toBe(false);
  expect(hasOtherKey(made(keyBytes("BP-_").buffer), "BP-A", null)).toBe(true);
  expect(hasOtherKey(made(keyBytes("BP-_").buffer), "BP-_AAAA", null)).toBe(true);
  expect(hasOtherKey(made(null), "BP-_", null)).toBe(false);
  expect(hasOtherKey(made(null), "BP-_", "400 what")).toBe(false);
  for (const failing of ["401", "403 bad key"]) expect(hasOtherKey(made(null), "BP-_", failing)).toBe(true);
});

it("the server's key is decoded from base64url", () => {
  expect([...keyBytes("BP-_")]).toEqual([4, 255, 191]);
});
