import { expect, test, vi } from "vitest";
import { offerEmojiFont } from "../../src/web/app/emoji-font";

test("texts are drawn again once a frame, however many parts of the font arrived in it", () => {
  const frames: (() => void)[] = [];
  const listeners: ((event: object) => void)[] = [];
  const dataset: { emoji?: string } = {};
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
  vi.stubGlobal("document", {
    documentElement: { dataset },
    fonts: { addEventListener: (_type: string, listener: (event: object) => void) => listeners.push(listener) },
  });
  offerEmojiFont(() => Promise.resolve());
  const arrive = (family: string) => {
    for (const listener of listeners) listener({ fontfaces: [{ family }] });
  };
  const draw = () => {
    for (const frame of frames.splice(0)) frame();
    return dataset.emoji;
  };
  arrive('"Parley Emoji"');
  arrive('"Parley Emoji"');
  const first = draw();
  expect(first).toBeDefined();
  arrive('"Parley Emoji"');
  const second = draw();
  expect(second).not.toBe(first);
  arrive("Another");
  expect(draw()).toBe(second);
  vi.unstubAllGlobals();
});
