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
  /** Whether a result that leaves the member like this makes the absent present, or the reverse. */
  const changes = (before: Availability, isOffline: boolean, isIdle: boolean) =>
    (before.isOffline || before.isIdle) !== (isOffline || isIdle);

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
      const hasPresenceChanged = changes(before, isOffline, isIdle);
      const after = { isOffline, isIdle, isViewingEverywhere, hasPresenceChanged, hasRow };
      expect(afterDelivery(before, result, nothing)).toEqual(after);
      // A wake is newer: the member is not offline, and another device may show something else.
      for (const hasSameViewers of both) {
        expect(afterDelivery(before, result, { hasWoken: true, hasSameViewers })).toEqual({
          ...after,
          isOffline: before.isOffline,
          isViewingEverywhere: false,
          hasPresenceChanged: changes(before, before.isOffline, isIdle),
        });
      }
      // A device began or stopped to show the channel during the delivery.
      expect(afterDelivery(before, result, { hasWoken: false, hasSameViewers: false })).toEqual({
        ...after,
        isViewingEverywhere: false,
      });
    }
  });

  test("the presence changes only when a device comes into use or goes out of use", () => {
    const present = { isOffline: false, isIdle: false, isViewingEverywhere: false };
    const changed = (before: Availability) =>
      rows.flatMap(([result]) => (afterDelivery(before, result, nothing).hasPresenceChanged ? [result] : []));
    expect(changed(present)).toEqual(["idle", "polling", "offline"]);
    expect(changed({ ...present, isIdle: true })).toEqual(["delivered", "viewing"]);
    expect(changed({ ...present, isOffline: true })).toEqual([]);
  });

  test("a member is absent if no device is in use", () => {
    for (const isOffline of both)
      for (const isIdle of both) expect(isAbsent(isOffline, isIdle)).toBe(isOffline || isIdle);
  });
});

describe("the pause before a delivery", () => {
  const { inboxDeliveryMs: none, inboxDeliveryViewerMs: viewer, inboxDeliveryAllViewingMs: all } = tuning;
  const situations = {
    "no socket": { hasSocket: false, wasViewingEverywhere: false, isViewing: () => false },
    "no socket any more": { hasSocket: false, wasViewingEverywhere: true, isViewing: () => false },
    "some devices view": { hasSocket: true, wasViewingEverywhere: false, isViewing: () => true },
    "no device views any more": { hasSocket: true, wasViewingEverywhere: true, isViewing: () => false },
    "all devices view": { hasSocket: true, wasViewingEverywhere: true, isViewing: () => true },
  };
  type Situation = keyof typeof situations;
  const pauseIn = (situation: Situation, urgency: Urgency, sentAgoMs: number | null, isViewing?: () => boolean) => {
    const conditions: DeliveryConditions = { urgency, sentAgoMs, isLarge: false, ...situations[situation] };
    return deliveryPause({ ...conditions, isViewing: isViewing ?? conditions.isViewing });
  };

  // situation, milliseconds since the last row, then the pause of a normal and of an urgent row
  const table: [Situation, number, number | null, number | null][] = [
    ["no socket", 0, none, 0],
    ["no socket", none - 1, 1, 0],
    ["no socket", none, 0, 0],
    ["no socket any more", 0, none, 0],
    ["no socket any more", none, 0, 0],
    ["some devices view", none, viewer - none, 0],
    ["some devices view", viewer - 1, 1, 0],
    ["some devices view", viewer, 0, 0],
    ["no device views any more", viewer - 1, null, null],
    ["no device views any more", viewer, 0, 0],
    ["all devices view", 0, null, null],
    ["all devices view", viewer, null, null],
    ["all devices view", all - 1, null, null],
    ["all devices view", all, 0, 0],
  ];

  test.each(table)("%s, %i ms later: normal %s, urgent %s", (situation, sentAgoMs, normal, urgent) => {
    expect(pauseIn(situation, "normal", sentAgoMs)).toBe(normal);
    expect(pauseIn(situation, "urgent", sentAgoMs)).toBe(urgent);
    expect(pauseIn(situation, "required", sentAgoMs)).toBe(0);
  });

  test("no row waits if it is the first, or after the clock went back", () => {
    for (const situation of Object.keys(situations) as Situation[])
      for (const urgency of ["normal", "urgent", "required"] as const)
        expect(pauseIn(situation, urgency, null)).toBe(0);
  });

  test("a row of a large channel waits for as long as all devices view it", () => {
    const conditions = { urgency: "urgent", sentAgoMs: 10 * all, isLarge: true } as const;
    expect(deliveryPause({ ...conditions, ...situations["all devices view"] })).toBeNull();
    for (const situation of ["no socket", "some devices view", "no device views any more"] as const)
      expect(deliveryPause({ ...conditions, ...situations[situation] })).toBe(0);
  });

  test("the devices are asked only if their answer decides", () => {
    const unasked = (): boolean => expect.fail("asked");
    pauseIn("no socket any more", "normal", none, unasked);
    pauseIn("some devices view", "normal", viewer, unasked);
    pauseIn("all devices view", "normal", viewer - 1, unasked);
    pauseIn("all devices view", "required", viewer, unasked);
  });
});

test("the more urgent of two changes decides", () => {
  const order: Urgency[] = ["normal", "urgent", "required"];
  for (const one of order)
    for (const other of order)
      expect(moreUrgent(one, other)).toBe(order[Math.max(order.indexOf(one), order.indexOf(other))]);
});
