// What functions of the channel may take, and in which order its parts act on a turn.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { Turn } from "../src/channel/log/turn";
import type { TurnListener } from "../src/channel/turn-committed";
import { turnListeners } from "../src/channel/turn-listeners";
import type { Event } from "../src/protocol";
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
  [
    ...code
      .replaceAll(/\bPick<\s*Channel\b(?!\s*,\s*(?:keyof|Exclude))/g, "")
      .matchAll(/(?:[:<|&]\s*|\b(?:extends|keyof|typeof)\s+)Channel(?!\w)/g),
  ].map(([found]) => found);

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
    "type Parts = Pick<Channel, keyof Channel>;",
    "type Parts = InstanceType<typeof Channel>;",
  ])
    expect(wholeChannels(code), code).not.toEqual([]);
  for (const code of ['type Parts = Pick<Channel, "log" | "roster">;', 'type Parts = Pick<\n  Channel,\n  | "log"\n>;'])
    expect(wholeChannels(code), code).toEqual([]);
});

/** Interfaces of closures that one class implements hide what a function touches. */
test("no interface is a host", () => {
  const found = sources.flatMap(({ file, code }) =>
    [...code.matchAll(/(?:interface|type)\s+(\w*Host)\b/g)].map(([, name]) => `${file}: ${name}`),
  );
  expect(found).toEqual([]);
});

test("a turn broadcasts, answers, reads, and then calls the other parts in the declared order", async () => {
  const done: string[] = [];
  const names = [
    "broadcaster",
    "usage",
    "deliveredMarks",
    "archiver",
    "fileReports",
    "notifications",
    "requestSignals",
    "headReporter",
    "fanOut",
  ];
  const part = (name: string): TurnListener => ({ onTurnCommitted: () => done.push(name) });
  const parts = Object.fromEntries(names.map((name) => [name, part(name)]));
  const turn = new Turn({
    log: { transact: (writes) => writes() },
    listeners: turnListeners(parts as Parameters<typeof turnListeners>[0]),
    heldPolls: { answerAll: () => done.push("held polls") },
    onStorageFailure: () => done.push("failure"),
  });
  const event = { seq: 1, actor: "u_a" } as Event;
  const abandon = () => done.push("abandoned");
  const write = () => ({
    events: [event],
    beforeBroadcast: () => done.push("before the broadcast"),
    answer: () => done.push("answer"),
  });
  void turn.enqueue({ kind: "write", bytes: 0, write, abandon });
  await turn.enqueue({ kind: "read", bytes: 0, read: () => done.push("read"), abandon });
  const [broadcaster = "", ...others] = names;
  expect(done).toEqual(["before the broadcast", broadcaster, "answer", "read", ...others, "held polls"]);
});

test("a turn without events calls no part, and ends the held polls", async () => {
  const done: string[] = [];
  const listener = { onTurnCommitted: () => done.push("called") };
  const turn = new Turn({
    log: { transact: (writes) => writes() },
    listeners: { beforeAnswers: [listener], afterReads: [listener] },
    heldPolls: { answerAll: () => done.push("held polls") },
    onStorageFailure: () => done.push("failure"),
  });
  const write = () => ({ events: [], answer: () => done.push("answer") });
  await turn.enqueue({ kind: "write", bytes: 0, write, abandon: () => done.push("abandoned") });
  expect(done).toEqual(["answer", "held polls"]);
});
