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
const told: RegisteredDevice = {
  user: "u_alice",
  session: "s_1",
  endpoint: "https://push.test/1",
  device: "d_1",
  at: 10 * DAY,
};

describe("a start with permission", () => {
  it.each([
    ["says nothing on the same day", told, told.endpoint, 10.5, "none"],
    ["says nothing where nobody asked for notifications", null, null, 10, "none"],
    ["looks a day later whether the server knows it still", told, told.endpoint, 11, "check"],
    ["looks again where the clock went back", told, told.endpoint, 9, "check"],
    ["tells of another endpoint", told, "https://push.test/2", 10.5, "register"],
    ["tells of another session", { ...told, session: "s_0" }, told.endpoint, 10.5, "register"],
    ["subscribes again what the browser lost", told, null, 10.5, "subscribe"],
    ["leaves what belongs to somebody else", { ...told, user: "u_bob" }, told.endpoint, 10.5, "unsubscribe"],
    ["leaves what nobody knows of", null, told.endpoint, 10.5, "unsubscribe"],
  ] as const)("%s", (_, last, endpoint, days, renewal) => {
    expect(renewalOf(last, endpoint, me, days * DAY)).toBe(renewal);
  });

  it("knows what it told the server, and nothing where that cannot be read", () => {
    expect(readRegisteredDevice(JSON.stringify(told))).toEqual(told);
    for (const stored of [null, "", "null", "{}", "[]", "{", JSON.stringify({ ...told, at: "1" })])
      expect(readRegisteredDevice(stored)).toBeNull();
  });
});

describe("a notification on the screen", () => {
  const entry = (row: Partial<InboxEntry["row"]>) => inboxEntry({ row });
  const shown = { key: "k", channel: "c_1", life: 1, user: "u_alice", seq: 9, through: 9, thread: null, unread: 1 };

  it("goes once its message is read, here or elsewhere", () => {
    expect(isRead(shown, [entry({})])).toBe(false);
    expect(isRead(shown, [entry({ read: 9, unread: 0 })])).toBe(true);
    expect(isRead(shown, [entry({ read: 7, unread: 0 })])).toBe(true);
    expect(isRead(shown, [entry({ read: 9, unread: 2, head: 12 })])).toBe(true);
  });

  it("goes once its log has begun another life", () => {
    expect(isRead(shown, [entry({ life: 2, head: 3, read: 0 })])).toBe(true);
  });

  it("stays where the list has not heard of it, and where it was set to unread", () => {
    expect(isRead(shown, [entry({ head: 8, read: 8, unread: 0 })])).toBe(false);
    expect(isRead(shown, [entry({ read: 7, unread: 0, unreadFrom: 9 })])).toBe(false);
    expect(isRead(shown, [])).toBe(false);
    expect(isRead({ ...shown, life: 2 }, [entry({ read: 9, unread: 0 })])).toBe(false);
  });
});

describe("what the worker asks", () => {
  it("is read, and nothing else is", () => {
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
  it("are minutes, and what browsers write", () => {
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

it("a subscription is out of key where it was made with another, or where the push service does not take ours", () => {
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

it("the server's key is read from base64url", () => {
  expect([...keyBytes("BP-_")]).toEqual([4, 255, 191]);
});
