// What is known of a member after a delivery, and when a changed row is sent: every row of both
// tables.
import { describe, expect, test } from "vitest";
import {
  type Availability,
  afterDelivery,
  type DeliveryConditions,
  deliveryPause,
  isAbsent,
  moreUrgent,
  shortPauseMs,
  type Urgency,
} from "../../src/domain/delivery";
import type { DeliveryResult } from "../../src/domain/ports";
import { tuning } from "../../src/domain/tuning";

const both = [false, true];
const availabilities: Availability[] = both.flatMap((isOffline) =>
  both.flatMap((isIdle) => both.map((isViewingEverywhere) => ({ isOffline, isIdle, isViewingEverywhere }))),
);
const nothing = { hasWoken: false, hasSameViewers: true };

describe("after a delivery", () => {
  // result, then: idle, viewing everywhere, a device has the row
  const rows: [DeliveryResult, boolean, boolean, boolean][] = [
    ["delivered", false, false, true],
    ["viewing", false, true, true],
    ["idle", true, false, true],
    ["polling", true, false, false],
    ["offline", false, false, false],
  ];

  test.each(rows)("%s", (result, isIdle, isViewingEverywhere, hasRow) => {
    for (const before of availabilities) {
      const isOffline = before.isOffline || result === "offline";
      const after = { isOffline, isIdle, isViewingEverywhere, hasRow };
      expect(afterDelivery(before, result, nothing)).toEqual(after);
      // A wake is newer: the member is not offline, and another device may show something else.
      expect(afterDelivery(before, result, { hasWoken: true, hasSameViewers: true })).toEqual({
        ...after,
        isOffline: before.isOffline,
        isViewingEverywhere: false,
      });
      // A device began or stopped to show the channel during the delivery.
      expect(afterDelivery(before, result, { hasWoken: false, hasSameViewers: false })).toEqual({
        ...after,
        isViewingEverywhere: false,
      });
    }
  });

  test("a member is absent if no device is in use", () => {
    for (const one of availabilities) expect(isAbsent(one)).toBe(one.isOffline || one.isIdle);
  });
});

describe("the pause before a delivery", () => {
  const { inboxDeliveryMs: none, inboxDeliveryViewerMs: viewer, inboxDeliveryAllViewingMs: all } = tuning;
  const of = (urgency: Urgency, hasSocket: boolean, isViewingEverywhere: boolean) => (sentAgoMs: number | null) =>
    deliveryPause({ urgency, hasSocket, isViewingEverywhere, sentAgoMs } satisfies DeliveryConditions);

  test("nothing waits for the first row, or after the clock went back", () => {
    for (const urgency of ["normal", "urgent", "required"] as const)
      for (const hasSocket of both) for (const viewing of both) expect(of(urgency, hasSocket, viewing)(null)).toBe(0);
  });

  test("a normal row waits for the rest of the pause", () => {
    expect(of("normal", false, false)(0)).toBe(none);
    expect(of("normal", false, false)(none - 1)).toBe(1);
    expect(of("normal", false, false)(none)).toBe(0);
    expect(of("normal", true, false)(none)).toBe(viewer - none);
    expect(of("normal", true, false)(viewer)).toBe(0);
  });

  test("a row that every device shows waits without an alarm, if it is urgent too", () => {
    for (const urgency of ["normal", "urgent"] as const) {
      expect(of(urgency, true, true)(0)).toBeNull();
      expect(of(urgency, true, true)(all - 1)).toBeNull();
      expect(of(urgency, true, true)(all)).toBe(0);
    }
  });

  test("an urgent row does not wait otherwise, and a required row never", () => {
    for (const hasSocket of both) {
      expect(of("urgent", hasSocket, false)(0)).toBe(0);
      for (const viewing of both) expect(of("required", hasSocket, viewing)(0)).toBe(0);
    }
  });

  test("the pause of a member without a socket of the channel is shorter", () => {
    expect(shortPauseMs(false)).toBe(none);
    expect(shortPauseMs(true)).toBe(viewer);
  });
});

test("the more urgent of two changes decides", () => {
  const order: Urgency[] = ["normal", "urgent", "required"];
  for (const one of order)
    for (const other of order)
      expect(moreUrgent(one, other)).toBe(order[Math.max(order.indexOf(one), order.indexOf(other))]);
});
