import { beforeEach, expect, test } from "vitest";
import type { ChannelHandle } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let channel: ChannelHandle;

const range = () => {
  const { messages } = channel.view.get();
  return [messages[0]?.seq, messages.at(-1)?.seq, messages.length];
};
beforeEach(async () => {
  server = new FakeServer();
  for (let i = 1; i <= 200; i++) server.log("c_1").say("u_bob", `line ${i}`);
  channel = server.client("alice").channel("c_1");
  await channel.open();
});

test("a window opens at the newest page and grows backwards without gaps", async () => {
  expect(range()).toEqual([151, 200, 50]);
  expect(channel.view.get()).toMatchObject({ moreBefore: true, moreAfter: false, head: 200 });
  await channel.loadBefore();
  expect(range()).toEqual([101, 200, 100]);
  await Promise.all([channel.loadBefore(), channel.loadBefore()]);
  await channel.loadBefore();
  expect(range()).toEqual([1, 200, 200]);
  expect(channel.view.get().moreBefore).toBe(false);
});

test("with an old window, live messages raise the head and are not appended", async () => {
  await channel.loadAround(60);
  expect(range()).toEqual([35, 84, 50]);
  await server.say("c_1", "live");
  expect(range()).toEqual([35, 84, 50]);
  expect(channel.view.get()).toMatchObject({ head: 201, moreAfter: true });
});

test("an old window grows forwards until it reaches the end of the log", async () => {
  await channel.loadAround(120);
  await server.say("c_1", "live");
  while (channel.view.get().moreAfter) await channel.loadAfter();
  expect(range()).toEqual([95, 201, 107]);
  await server.say("c_1", "next");
  expect(range()).toEqual([95, 202, 108]);
});

test("going to the end replaces an old window", async () => {
  await channel.loadAround(10);
  await channel.loadLatest();
  expect(range()).toEqual([151, 200, 50]);
});

test("changes apply to loaded messages, and are ignored for others", async () => {
  await channel.loadAround(60);
  await server.do("c_1", { type: "message.edit", seq: 50, text: "changed" });
  await server.do("c_1", { type: "message.delete", seq: 51 });
  await server.do("c_1", { type: "message.edit", seq: 190, text: "elsewhere" });
  const { messages } = channel.view.get();
  expect(messages.find(({ seq }) => seq === 50)).toMatchObject({ text: "changed", edited: true });
  expect(messages.find(({ seq }) => seq === 51)).toMatchObject({ state: "deleted", text: "" });
  expect(range()).toEqual([35, 84, 50]);
});

test("events that arrive while the last page is in flight are not missing afterwards", async () => {
  await channel.loadAround(140);
  expect(channel.view.get().moreAfter).toBe(true);
  const socket = server.socket("c_1");
  socket.isHeld = true;
  const loaded = channel.loadAfter();
  await settle();
  await server.say("c_1", "after the page");
  await server.do("c_1", { type: "message.edit", seq: 199, text: "changed after the page" });
  socket.postponePages();
  socket.release();
  await loaded;
  const { messages } = channel.view.get();
  expect(messages.at(-1)).toMatchObject({ seq: 201, text: "after the page" });
  expect(messages.find(({ seq }) => seq === 199)).toMatchObject({ text: "changed after the page" });
});

test("a page requested before a connection is lost is requested again after it", async () => {
  server.socket("c_1").isDead = true;
  const loaded = channel.loadBefore();
  await settle();
  server.socket("c_1").cut();
  await server.clock.advance(1_000);
  await loaded;
  expect(range()).toEqual([101, 200, 100]);
});

test("a message sent while an old window shows is confirmed, and not shown in the wrong place", async () => {
  await channel.loadAround(60);
  channel.send("far away");
  expect(channel.view.get().messages.at(-1)).toMatchObject({ text: "far away", seq: null });
  await settle();
  expect(range()).toEqual([35, 84, 50]);
  await channel.loadLatest();
  expect(channel.view.get().messages.at(-1)).toMatchObject({ text: "far away", seq: 201 });
});

test("pages requested from a replaced window leave no gap in the next one", async () => {
  await channel.loadAround(60);
  await Promise.all([channel.loadLatest(), channel.loadBefore()]);
  expect(range()).toEqual([151, 200, 50]);
  await channel.loadAround(120);
  await Promise.all([channel.loadAround(30), channel.loadAfter()]);
  expect(range()).toEqual([5, 54, 50]);
});
