import { describe, expect, it } from "vitest";
import { Composition } from "../../src/web/composer/input-composition";

const ENTER = 13;
const press = (timeStamp: number, { isComposing = false, keyCode = ENTER } = {}) => ({
  isComposing,
  keyCode,
  timeStamp,
});

describe("whose key it is", () => {
  it("is the person's where nothing is composed", () => {
    expect(new Composition().owns(press(1_000))).toBe(false);
  });

  it("is the input method's while it composes, however the browser says so", () => {
    const composition = new Composition();
    composition.start();
    expect(composition.owns(press(10, { isComposing: true }))).toBe(true);
    expect(composition.owns(press(20, { keyCode: 229 }))).toBe(true);
  });

  it("is the input method's right after a composition that ended before its key arrived (Safari)", () => {
    const composition = new Composition();
    composition.start();
    composition.end(100);
    expect(composition.owns(press(101))).toBe(true);
    expect(composition.owns(press(300))).toBe(false);
  });

  it("is the person's when the browser repeats the key after an announced end (Korean on macOS)", () => {
    const composition = new Composition();
    composition.start();
    expect(composition.owns(press(100, { isComposing: true, keyCode: 229 }))).toBe(true);
    composition.end(101);
    expect(composition.owns(press(102))).toBe(false);
  });

  it("sends with the second Enter after Japanese conversion was accepted with the first", () => {
    const composition = new Composition();
    composition.start();
    expect(composition.owns(press(100, { isComposing: true, keyCode: 229 }))).toBe(true);
    composition.end(101);
    expect(composition.owns(press(400))).toBe(false);
  });

  it("forgets an announced key when the next composition starts", () => {
    const composition = new Composition();
    composition.start();
    composition.owns(press(100, { isComposing: true }));
    composition.end(101);
    composition.start();
    composition.end(200);
    expect(composition.owns(press(201))).toBe(true);
  });
});
