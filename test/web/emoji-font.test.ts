import { expect, test, vi } from "vitest";
import { offerEmojiFont } from "../../src/web/app/emoji-font";

test("texts are drawn again once a frame, however many parts of the font arrived in it", () => {
  const frames: (() => void)[] = [];
  const listeners: ((event: object) => void)[] = [];
  const values: string[] = [];
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
  vi.stubGlobal("document", {
    documentElement: { style: { setProperty: (_name: string, value: string) => values.push(value) } },
    fonts: { addEventListener: (_type: string, listener: (event: object) => void) => listeners.push(listener) },
  });
  offerEmojiFont(() => Promise.resolve());
  const arrive = (family: string) => {
    for (const listener of listeners) listener({ fontfaces: [{ family }] });
  };
  const draw = () => {
    for (const frame of frames.splice(0)) frame();
    return values.length;
  };
  arrive('"Parley Emoji"');
  arrive('"Parley Emoji"');
  expect(draw()).toBe(1);
  arrive('"Parley Emoji"');
  expect(draw()).toBe(2);
  arrive("Another");
  expect(draw()).toBe(2);
  arrive('"Parley Emoji"');
  expect(draw()).toBe(3);
  // A value of before would bring back the shapes of that time.
  expect(new Set(values).size).toBe(3);
  vi.unstubAllGlobals();
});
