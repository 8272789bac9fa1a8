// The events of a page. Node has no page, so the globals that the client uses are stubbed.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { limits } from "../../src/protocol";
import type { Client } from "../../src/sdk";
import { FakeServer } from "./support/fake-server";
import { settle } from "./support/manual-clock";

let server: FakeServer;
let alice: Client;
let page: EventTarget;

beforeEach(async () => {
  page = new EventTarget();
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  server = new FakeServer();
  for (let i = 1; i <= 5; i++) server.log("c_1").say("u_bob", `line ${i}`);
  alice = server.client("alice");
  await alice.connect();
  await alice.channel("c_1").open();
});

afterEach(() => vi.unstubAllGlobals());

const marks = () => server.commands("c_1", "read.mark").map(({ seq }) => seq);

test("a page that goes away sends its read mark immediately", async () => {
  for (const seq of [1, 2, 4]) alice.channel("c_1").markRead(seq);
  await settle();
  expect(marks()).toEqual([1]);
  page.dispatchEvent(new Event("pagehide"));
  await settle();
  expect(marks()).toEqual([1, 4]);
});

test("a page that goes away stores its drafts immediately, and the requests outlive it", async () => {
  const kept: (boolean | undefined)[] = [];
  const fetched = server.client("alice", {
    fetch: async (_, init) => {
      if (init?.method === "PUT") kept.push(init.keepalive);
      return new Response(null, { status: 204 });
    },
  });
  void fetched.connect();
  fetched.drafts.put("c_1", null, { text: "short" });
  fetched.drafts.put("c_1", 1, { text: "long".repeat(10_000) });
  alice.drafts.put("c_1", null, { text: "half a thou" });
  await settle();
  expect(server.drafts("c_1")).toEqual([]);
  page.dispatchEvent(new Event("pagehide"));
  await settle();
  expect(server.drafts("c_1")).toMatchObject([{ text: "half a thou" }]);
  expect(kept).toEqual([true, undefined]);
  fetched.disconnect();
});

test("when the browser reports no network, dead sockets are found within seconds", async () => {
  for (const socket of server.sockets) socket.isDead = true;
  page.dispatchEvent(new Event("offline"));
  await server.clock.advance(6_000);
  expect(server.sockets).toHaveLength(4);
  expect(alice.connection.get()).toEqual({ state: "online", transport: "socket" });
});

test("a socket that answers is kept, and one that waits to reconnect keeps waiting", async () => {
  page.dispatchEvent(new Event("offline"));
  await server.clock.advance(6_000);
  expect(server.sockets).toHaveLength(2);
  server.isOffline = true;
  server.socket(null).cut();
  await server.clock.advance(20_000);
  const requests = server.requests.length;
  page.dispatchEvent(new Event("offline"));
  await settle();
  expect(server.requests).toHaveLength(requests);
  page.dispatchEvent(new Event("online"));
  await settle();
  expect(server.requests).toHaveLength(requests + 1);
});

test("a disconnected client does not listen to the page", async () => {
  alice.channel("c_1").markRead(1);
  alice.disconnect();
  page.dispatchEvent(new Event("online"));
  await server.clock.advance(1_000);
  expect(server.sockets.filter(({ isOpen }) => isOpen)).toEqual([]);
});

test("[S103] a page is not in use after five minutes without input, or while it is hidden", async () => {
  const activeCommands = () => server.userCommands("presence.active").map(({ active }) => active);
  await server.clock.advance(limits.idleMs - 1_000);
  page.dispatchEvent(new Event("pointermove"));
  await server.clock.advance(limits.idleMs - 1_000);
  expect(activeCommands()).toEqual([]);
  await server.clock.advance(1_000);
  expect(activeCommands()).toEqual([false]);
  page.dispatchEvent(new Event("keydown"));
  await settle();
  expect(activeCommands()).toEqual([false, true]);
  const setVisibility = (visibilityState: string) => {
    Object.assign(document, { visibilityState });
    document.dispatchEvent(new Event("visibilitychange"));
  };
  setVisibility("hidden");
  await settle();
  page.dispatchEvent(new Event("pointermove"));
  setVisibility("visible");
  await settle();
  expect(activeCommands()).toEqual([false, true, false, true]);
  const background = () => server.commands("c_1", "view.set").map((command) => command.background);
  // A visible page without input counts as background too, so that other devices are notified.
  expect(background()).toEqual([true, false, true, false]);
  const late = alice.channel("c_1");
  late.close();
  await server.clock.advance(limits.idleMs);
  await late.open();
  await settle();
  expect(background()).toEqual([true, false, true, false, true]);
});

test("[S103] a page that goes away does not close normally, as it may be a reload", async () => {
  page.dispatchEvent(new Event("pagehide"));
  await settle();
  expect(server.sockets.map(({ closeCode }) => closeCode)).toEqual([null, null]);
});
