// What functions of the channel may take, and in which order its parts act on a turn.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { turnListeners } from "../src/channel/turn-listeners";
import { partsOf } from "./support/source";

const root = path.join(import.meta.dirname, "../src");
const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, code: partsOf(readFileSync(path.join(root, file), "utf8"), false).code }));

/**
 * Returns the types of a source that are the whole channel: `Channel` as the type of a parameter, a
 * field or a type argument. `Pick<Channel, ...>` names parts, so it does not count.
 */
const wholeChannels = (code: string): string[] =>
  [...code.replaceAll(/\bPick<\s*Channel\b/g, "").matchAll(/(?:[:<|&]\s*|\bextends\s+)Channel(?!\w)/g)].map(
    ([found]) => found,
  );

test("only the loader and the channel itself take the whole channel", () => {
  const found = sources
    .filter(({ file }) => file.startsWith("channel/"))
    .filter(({ file }) => !["channel/channel.ts", "channel/channel-loader.ts"].includes(file))
    .flatMap(({ file, code }) => wholeChannels(code).map((one) => `${file}: ${one}`));
  expect(found).toEqual([]);
});

test("a function that takes the whole channel is found", () => {
  for (const code of [
    "function take(channel: Channel, user: string) {}",
    "export async function erase({ log }: Channel): Promise<void> {}",
    "const open = (channel: Channel | null) => channel;",
    "type Handler = (channel: Channel) => void;",
    "const all = new Set<Channel>();",
    "type Parts = QueryParts & Channel;",
  ])
    expect(wholeChannels(code), code).not.toEqual([]);
  for (const code of ['type Parts = Pick<Channel, "log" | "roster">;', 'type Parts = Pick<\n  Channel,\n  | "log"\n>;'])
    expect(wholeChannels(code), code).toEqual([]);
});

/** Interfaces of closures that one class implements hide what a function touches. */
test("no interface is a host", () => {
  const left = ["push/", "user/", "sdk/"];
  const found = sources
    .filter(({ file }) => !left.some((folder) => file.startsWith(folder)))
    .flatMap(({ file, code }) =>
      [...code.matchAll(/(?:interface|type)\s+(\w*Host)\b/g)].map(([, name]) => `${file}: ${name}`),
    );
  expect(found).toEqual([]);
});

test("the parts of a channel act on a turn in the declared order", () => {
  const part = (name: string) => ({ name, onTurnCommitted() {} });
  const names = ["broadcaster", "usage", "deliveredMarks", "archiver", "notifications", "requestSignals", "fanOut"];
  const parts = Object.fromEntries(names.map((name) => [name, part(name)]));
  const { beforeAnswers, afterReads } = turnListeners(parts as unknown as Parameters<typeof turnListeners>[0]);
  const order = [...beforeAnswers, ...afterReads].map((listener) => (listener as unknown as { name: string }).name);
  expect(order).toEqual(names);
});
