// What a timeline knows for certain.
import { describe, expect, it } from "vitest";
import { Timeline } from "./timeline";

const on = (value: boolean): boolean => value;

describe("a timeline", () => {
  it("has had its first value since ever", () => {
    const timeline = new Timeline(true);
    expect(timeline.since(on, 5)).toBe(Number.NEGATIVE_INFINITY);
    expect(timeline.held(on, 0, 100)).toBe(true);
  });

  it("knows nothing while a change is under way", () => {
    const timeline = new Timeline(false);
    timeline.change(true, 10, 20);
    expect(timeline.since(on, 15)).toBeNull();
    expect(timeline.since((value) => !value, 15)).toBeNull();
    expect(timeline.since(on, 20)).toBe(20);
  });

  it("does not hold where a change that ends the value has begun", () => {
    const timeline = new Timeline(false);
    timeline.change(true, 10, 20);
    timeline.change(false, 50, 60);
    expect(timeline.held(on, 20, 49)).toBe(true);
    expect(timeline.held(on, 20, 50)).toBe(false);
    expect(timeline.held(on, 15, 49)).toBe(false);
  });

  it("holds through changes that keep the condition", () => {
    const timeline = new Timeline<string>("away");
    timeline.change("idle", 10, 20);
    expect(timeline.held((value) => value !== "active", 0, 100)).toBe(true);
  });
});
