// One class owns everything that the SDK keeps of a channel: `ChannelSession`.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "../../../src/sdk");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** The files around a channel from top to bottom. Every other file of the folder is a part. */
const aboveTheParts = ["open-channels", "recent-channels", "handle", "thread", "session"].map(
  (name) => `channel/${name}.ts`,
);
const parts = files.filter((file) => file.startsWith("channel/") && !aboveTheParts.includes(file));

/** The classes of parts, and the files that create them. */
const creators: Record<string, string[]> = {
  ReconnectingSocket: ["channel/session.ts", "guild/guild-heads.ts", "inbox/user-session.ts"],
  CommandSender: ["channel/session.ts"],
  ChannelLog: ["channel/session.ts"],
  LiveState: ["channel/session.ts"],
  Typing: ["channel/session.ts"],
  ReadMark: ["channel/session.ts"],
  History: ["channel/session.ts"],
  PendingCommands: ["channel/session.ts"],
  ChannelChanges: ["channel/session.ts"],
  ChannelSubscription: ["channel/session.ts"],
  OwnSignals: ["channel/session.ts"],
  FrameRouter: ["channel/session.ts"],
  PublishedViews: ["channel/session.ts"],
  EventListeners: ["channel/session.ts"],
  ChannelSession: ["channel/handle.ts"],
  ChannelHandle: ["channel/open-channels.ts"],
};

const importsOf = (file: string): string[] =>
  [...read(file).matchAll(/from "(\.[^"]+)"/g)].map(([, target = ""]) => `${path.join(path.dirname(file), target)}.ts`);

test.each(Object.entries(creators))("%s is created only by its owner", (name, owners) => {
  const found = files.filter((file) => new RegExp(`new ${name}\\b`).test(read(file)));
  expect(found.sort()).toEqual(owners);
});

test("no part of a channel imports its owner or the objects above it", () => {
  expect(parts.length).toBeGreaterThan(15);
  expect(aboveTheParts.filter((file) => !files.includes(file))).toEqual([]);
  const strays = parts.flatMap((file) =>
    importsOf(file)
      .filter((target) => aboveTheParts.includes(target))
      .map((target) => `${file} -> ${target}`),
  );
  expect(strays).toEqual([]);
});

test("the owner imports none of the objects above it", () => {
  const above = aboveTheParts.filter((file) => file !== "channel/session.ts");
  expect(importsOf("channel/session.ts").filter((target) => above.includes(target))).toEqual([]);
});

test("the views are published by the owner alone", () => {
  const publishers = files.filter((file) => /\.views\.publish\(/.test(read(file)));
  expect(publishers).toEqual(["channel/session.ts"]);
});

test("no interface of the SDK is a host of closures", () => {
  const hosts = files.flatMap((file) =>
    [...read(file).matchAll(/(?:interface|type|class) (\w*Host)\b/g)].map(([, name]) => `${name} in ${file}`),
  );
  expect(hosts).toEqual([]);
});

test("every report of a part is handled by the owner, and every report of a channel above it", () => {
  const [, ofParts = "", ofChannels = ""] = read("channel/reports.ts").split(/export type \w+ =/);
  const typesOf = (union: string): string[] => [...union.matchAll(/type: "([\w-]+)"/g)].map(([, type = ""]) => type);
  const handles = (file: string, type: string): boolean => read(file).includes(`report.type === "${type}"`);
  expect(typesOf(ofParts).length).toBeGreaterThan(8);
  expect(typesOf(ofChannels).length).toBeGreaterThan(6);
  expect(typesOf(ofParts).filter((type) => !handles("channel/session.ts", type))).toEqual([]);
  const above = ["inbox/channel-reports.ts", "channel/open-channels.ts"];
  expect(typesOf(ofChannels).filter((type) => above.filter((file) => handles(file, type)).length !== 1)).toEqual([]);
});
