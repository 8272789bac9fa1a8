import { describe, expect, it } from "vitest";
import { Composition } from "../../src/web/composer/input-composition";

const ENTER = 13;
const press = (timeStamp: number, { isComposing = false, keyCode = ENTER } = {}) => ({
  isComposing,
  keyCode,
  timeStamp,
});

describe("a key press", () => {
  it("belongs to the person without a composition", () => {
    expect(new Composition().owns(press(1_000))).toBe(false);
  });

  it("belongs to the input method during a composition, in each browser", () => {
    const composition = new Composition();
    composition.start();
    expect(composition.owns(press(10, { isComposing: true }))).toBe(true);
    expect(composition.owns(press(20, { keyCode: 229 }))).toBe(true);
  });

  it("belongs to the input method right after a composition that ended before its key (Safari)", () => {
    const composition = new Composition();
    composition.start();
    composition.end(100);
    expect(composition.owns(press(101))).toBe(true);
    expect(composition.owns(press(300))).toBe(false);
  });

  it("belongs to the person if the browser repeats it after the composition (Korean on macOS)", () => {
    const composition = new Composition();
    composition.start();
    expect(composition.owns(press(100, { isComposing: true, keyCode: 229 }))).toBe(true);
    composition.end(101);
    expect(composition.owns(press(102))).toBe(false);
  });

  it("sends with the second Enter after the first accepted a Japanese conversion", () => {
    const composition = new Composition();
    composition.start();
    expect(composition.owns(press(100, { isComposing: true, keyCode: 229 }))).toBe(true);
    composition.end(101);
    expect(composition.owns(press(400))).toBe(false);
  });

  it("of an earlier composition is forgotten when the next one starts", () => {
    const composition = new Composition();
    composition.start();
    composition.owns(press(100, { isComposing: true }));
    composition.end(101);
    composition.start();
    composition.end(200);
    expect(composition.owns(press(201))).toBe(true);
  });
});
