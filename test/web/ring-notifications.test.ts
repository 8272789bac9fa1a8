import { describe, expect, it } from "vitest";
import type { RingNote } from "../../src/protocol";
import { composeMissedCall, composeRing } from "../../src/web/worker/composed-notification";
import { endsRing, readRing, ringIn } from "../../src/web/worker/ring-note";
import { shownIn } from "../../src/web/worker/shown-notification";
import { ownerOf } from "../../src/web/worker/unsent-reply";

type Ring = Extract<RingNote, { type: "ring" }>;

const ring: Ring = {
  ...{ type: "ring", key: "c_1:call:9.1", user: "u_alice", channel: "c_1", epochNumber: 1, call: 9, kind: "direct" },
  ...{ name: "", caller: { id: "u_bob", name: "Bob" }, video: false, at: 1_000, until: 46_000 },
};
const { user, channel, epochNumber, call } = ring;
const shown = { user, channel, epochNumber, call };

describe("the notification of a ring", () => {
  it("names the caller, has a tag of its own, and can be answered and declined", () => {
    const { title, options } = composeRing(ring, "call/c_1", "en");
    expect(title).toContain("Bob");
    expect(options).toMatchObject({ tag: "call/c_1", body: "Incoming call", requireInteraction: true });
    expect(options.actions?.map(({ action }) => action)).toEqual(["answer", "decline"]);
    expect(ringIn({ data: options.data })).toEqual(shown);
    expect(shownIn({ data: options.data })).toBeNull();
    expect(ownerOf({ data: options.data })).toBe("u_alice");
  });

  it("of a group shows the group and who calls, and without previews neither", () => {
    const group = composeRing({ ...ring, kind: "group", name: "Deck" }, "t", "en");
    expect(group.title).toContain("Deck");
    expect(group.options.body).toMatch(/Bob.* is calling/);
    const hidden = composeRing({ ...ring, caller: null }, "t", "ko");
    expect(hidden).toMatchObject({ title: "Parley", options: { body: "전화가 왔어요" } });
  });

  it("becomes a missed call without a sound", () => {
    const { title, options } = composeMissedCall("Bob", shown, "call/c_1", "en");
    expect({ title, ...options }).toMatchObject({ title: "Bob", body: "Missed call", silent: true, tag: "call/c_1" });
  });
});

describe("a payload", () => {
  it("of a ring and of its end is read", () => {
    expect(readRing(JSON.parse(JSON.stringify(ring)))).toEqual(ring);
    const end = { type: "ring_end", key: "k", ...shown, reason: "taken" };
    expect(readRing(end)).toEqual(end);
  });

  it.each([
    ["another type", { ...ring, type: "song" }],
    ["a channel that is none", { ...ring, channel: "../c" }],
    ["an unknown reason", { ...shown, type: "ring_end", key: "k", reason: "bored" }],
    ["no call", { ...ring, call: undefined }],
    ["no object", "ring"],
  ])("with %s is not read", (_, payload) => {
    expect(readRing(payload)).toBeNull();
  });

  it("of an end closes the ring of its call and of earlier ones", () => {
    expect(endsRing(shown, shown)).toBe(true);
    expect(endsRing(shown, { ...shown, call: 10 })).toBe(true);
    expect(endsRing(shown, { ...shown, call: 8 })).toBe(false);
    expect(endsRing(shown, { ...shown, channel: "c_2" })).toBe(false);
  });
});
