// What can be said for sure of something that changes.
import { describe, expect, it } from "vitest";
import { Timeline } from "./timeline";

const on = (value: boolean): boolean => value;

describe("a timeline", () => {
  it("has always been what it was first", () => {
    const timeline = new Timeline(true);
    expect(timeline.since(on, 5)).toBe(Number.NEGATIVE_INFINITY);
    expect(timeline.held(on, 0, 100)).toBe(true);
  });

  it("knows nothing while a change is being made", () => {
    const timeline = new Timeline(false);
    timeline.change(true, 10, 20);
    expect(timeline.since(on, 15)).toBeNull();
    expect(timeline.since((value) => !value, 15)).toBeNull();
    expect(timeline.since(on, 20)).toBe(20);
  });

  it("held only where no change that ends it was begun", () => {
    const timeline = new Timeline(false);
    timeline.change(true, 10, 20);
    timeline.change(false, 50, 60);
    expect(timeline.held(on, 20, 49)).toBe(true);
    expect(timeline.held(on, 20, 50)).toBe(false);
    expect(timeline.held(on, 15, 49)).toBe(false);
  });

  it("goes on through changes that change nothing of it", () => {
    const timeline = new Timeline<string>("away");
    timeline.change("idle", 10, 20);
    expect(timeline.held((value) => value !== "active", 0, 100)).toBe(true);
  });
});
