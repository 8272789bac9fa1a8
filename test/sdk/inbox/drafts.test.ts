import { beforeEach, expect, test } from "vitest";
import type { Draft } from "../../../src/protocol";
import type { Client } from "../../../src/sdk";
import { problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;

const PUT = "PUT /v1/channels/c_1/draft";
const texts = () => server.drafts("c_1").map(({ text }) => text);
const requestCount = () => server.requests.filter((request) => request === PUT).length;
const shown = (client = alice, thread: number | null = null) => client.drafts.get("c_1", thread).get()?.text ?? null;
const write = (text: string) => alice.drafts.put("c_1", null, { text });
const elsewhere = (text: string, fields: Partial<Draft> = {}) => {
  server.store({ draft: { channel: "c_1", thread: null, text, replyTo: null, at: server.clock.now(), ...fields } });
  return settle();
};

beforeEach(async () => {
  server = new FakeServer();
  for (let i = 1; i <= 3; i++) server.log("c_1").say("u_bob", `line ${i}`);
  server.log("c_2");
  alice = server.client("alice");
  await alice.connect();
});

test("a draft shows immediately, and is stored once when the writer pauses", async () => {
  const place = alice.drafts.get("c_1", null);
  let changes = 0;
  place.subscribe(() => changes++);
  for (const text of ["h", "he", "hey"]) {
    alice.drafts.put("c_1", null, { text, replyTo: 2 });
    await server.clock.advance(1_000);
  }
  expect(changes).toBe(3);
  expect(place.get()).toEqual({ text: "hey", replyTo: 2, at: server.clock.now() - 1_000 });
  expect(alice.drafts.get("c_1", null)).toBe(place);
  expect(texts()).toEqual([]);
  await server.clock.advance(500);
  expect(server.drafts("c_1")).toMatchObject([{ thread: null, text: "hey", replyTo: 2 }]);
  await server.clock.advance(60_000);
  expect(requestCount()).toBe(1);
});

test("without a pause, a draft is stored ten seconds after the first change", async () => {
  for (let i = 0; i < 21; i++) {
    write("x".repeat(i + 1));
    await server.clock.advance(500);
  }
  expect(texts()).toEqual(["x".repeat(20)]);
  await server.clock.advance(9_000);
  expect(texts()).toEqual(["x".repeat(20), "x".repeat(21)]);
});

test("sending a message clears the draft immediately, with a request only if it was stored", async () => {
  write("quick");
  write("");
  await server.clock.advance(60_000);
  expect(requestCount()).toBe(0);
  write("slow");
  await server.clock.advance(2_000);
  write("");
  expect(shown()).toBeNull();
  await settle();
  expect(texts()).toEqual(["slow", ""]);
});

test("the list has drafts outside threads, and threads have their own drafts", async () => {
  alice.drafts.put("c_1", 2, { text: "below" });
  write("above");
  alice.drafts.put("c_2", null, { text: "there" });
  const all = alice.drafts.all.get();
  expect([...all].map(([id, { text }]) => [id, text])).toEqual([
    ["c_1", "above"],
    ["c_2", "there"],
  ]);
  write("");
  expect([...alice.drafts.all.get().keys()]).toEqual(["c_2"]);
  expect(all.size).toBe(2);
  expect(shown(alice, 2)).toBe("below");
  await server.clock.advance(2_000);
  expect(server.drafts("c_1")).toMatchObject([{ thread: 2, text: "below" }]);
});

test("one request per draft is in flight, and the newest text wins", async () => {
  server.requestDelay = (method) => (method === "PUT" ? 5_000 : 0);
  write("one");
  await server.clock.advance(1_500);
  write("two");
  await server.clock.advance(3_000);
  write("three");
  expect(requestCount()).toBe(1);
  await server.clock.advance(20_000);
  expect(texts()).toEqual(["one", "three"]);
  expect(shown()).toBe("three");
});

test("[S99] another device shows the draft, unless it has unsaved changes", async () => {
  const phone = server.client("alice");
  await phone.connect();
  write("from the desk");
  await server.clock.advance(2_000);
  expect(shown(phone)).toBe("from the desk");
  expect(phone.drafts.all.get().get("c_1")).toMatchObject({ text: "from the desk", replyTo: null });
  phone.drafts.put("c_1", null, { text: "from the phone" });
  await elsewhere("from the desk, longer");
  expect(shown(phone)).toBe("from the phone");
  expect(shown()).toBe("from the desk, longer");
  await server.clock.advance(2_000);
  expect([shown(), shown(phone)]).toEqual(["from the phone", "from the phone"]);
  await elsewhere("");
  expect([shown(), shown(phone)]).toEqual([null, null]);
});

test("the echo of a draft stored by this device changes nothing, however late it arrives", async () => {
  const socket = server.socket(null);
  socket.isHeld = true;
  for (const text of ["one", "two"]) {
    write(text);
    await server.clock.advance(2_000);
  }
  const view = alice.drafts.get("c_1", null).get();
  let changes = 0;
  alice.drafts.get("c_1", null).subscribe(() => changes++);
  socket.release(1);
  await settle();
  socket.release();
  await settle();
  expect(changes).toBe(0);
  expect(alice.drafts.get("c_1", null).get()).toBe(view);
});

test("a later draft of another device wins, even before this device has its own answer", async () => {
  const phone = server.client("alice");
  await phone.connect();
  let fails = 2;
  server.intercept = (method) => (method === "PUT" && fails-- > 0 ? problemAnswer("temporary") : null);
  write("from the desk");
  phone.drafts.put("c_1", null, { text: "from the phone" });
  await server.clock.advance(60_000);
  expect(texts()).toEqual(["from the desk", "from the phone"]);
  expect([shown(), shown(phone)]).toEqual(["from the phone", "from the phone"]);
});

test("a draft that was stored although its answer was lost is not stored again", async () => {
  let losses = 1;
  server.losesAnswer = (method) => method === "PUT" && losses-- > 0;
  write("once");
  await server.clock.advance(60_000);
  expect(texts()).toEqual(["once"]);
});

test("a new device gets all drafts, and a returning one the drafts it missed", async () => {
  for (const thread of [null, 1, 2]) await elsewhere(`in ${thread}`, { thread });
  const phone = server.client("alice");
  await phone.connect();
  expect([null, 1, 2].map((thread) => shown(phone, thread))).toEqual(["in null", "in 1", "in 2"]);
  phone.disconnect();
  await elsewhere("", { thread: 1 });
  await phone.connect();
  expect(shown(phone, 1)).toBeNull();
});

test("a draft written offline is stored after reconnecting, over that of another device", async () => {
  server.isOffline = true;
  server.socket(null).cut();
  write("on the train");
  await server.clock.advance(120_000);
  expect(shown()).toBe("on the train");
  server.settings.push({ draft: { channel: "c_1", thread: null, text: "at home", replyTo: null, at: 1 } });
  server.isOffline = false;
  alice.retryNow();
  await settle();
  expect(texts()).toEqual(["at home", "on the train"]);
  await server.clock.advance(5_000);
  expect(shown()).toBe("on the train");
});

test("a change that is written while the one before is on a slow way to the server is newer", async () => {
  server.requestDelay = (method) => (method === "PUT" ? 3_000 : 0);
  write("first");
  await server.clock.advance(1_600);
  write("first, and more");
  await server.clock.advance(2_900);
  server.requestDelay = () => 0;
  await server.clock.advance(5_000);
  expect(texts()).toEqual(["first", "first, and more"]);
  expect(alice.drafts.isStored("c_1", null)).toBe(true);
});

test("a temporary failure is retried with growing delays, no sooner than the server says", async () => {
  const at: number[] = [];
  const began = server.clock.now();
  server.intercept = (method) => {
    if (method !== "PUT") return null;
    at.push(server.clock.now() - began);
    return at.length < 4 ? problemAnswer("temporary", at.length === 3 ? { "retry-after": "7" } : {}) : null;
  };
  write("patience");
  await server.clock.advance(30_000);
  expect(at).toEqual([1_500, 1_750, 2_250, 9_250]);
  expect(texts()).toEqual(["patience"]);
});

test("when there are too many drafts, the draft stays local and is not retried until it changes", async () => {
  server.intercept = (method) => (method === "PUT" ? problemAnswer("too_many_drafts") : null);
  write("one more");
  await server.clock.advance(60_000);
  alice.retryNow();
  write("one more");
  await server.clock.advance(60_000);
  expect(requestCount()).toBe(1);
  await elsewhere("from elsewhere");
  expect(shown()).toBe("one more");
  server.intercept = () => null;
  write("one more, changed");
  await server.clock.advance(2_000);
  expect(texts()).toEqual(["from elsewhere", "one more, changed"]);
});

test("the drafts of a channel that I left are dropped, however the client learns of it", async () => {
  server.intercept = (method) => (method === "PUT" ? problemAnswer("not_found") : null);
  write("too late");
  await server.clock.advance(2_000);
  expect(shown()).toBeNull();
  expect(alice.drafts.all.get().size).toBe(0);
  server.intercept = () => null;
  alice.drafts.put("c_2", 1, { text: "also" });
  await alice.leave("c_2");
  expect(alice.drafts.get("c_2", 1).get()).toBeNull();
  await server.clock.advance(60_000);
  expect(server.drafts("c_2")).toEqual([]);
});

test("an invalid draft is refused without a request, and stays on this device", async () => {
  write("half a \ud83d");
  await server.clock.advance(60_000);
  expect(requestCount()).toBe(0);
  expect(shown()).toBe("half a \ud83d");
});

test("disconnecting stores unsaved drafts, and failures wait for the next connection", async () => {
  write("last words");
  alice.disconnect();
  await settle();
  expect(texts()).toEqual(["last words"]);
  await alice.connect();
  write("more");
  server.isOffline = true;
  alice.disconnect();
  await server.clock.advance(120_000);
  expect(requestCount()).toBe(2);
  server.isOffline = false;
  await alice.connect();
  expect(texts()).toEqual(["last words", "more"]);
});

test("a draft that is begun while disconnected is tried once, and again after the next connection", async () => {
  alice.disconnect();
  server.isOffline = true;
  write("begun offline");
  await server.clock.advance(120_000);
  expect(requestCount()).toBe(1);
  server.isOffline = false;
  await alice.connect();
  await settle();
  expect(texts()).toEqual(["begun offline"]);
});

test("signing out forgets all drafts, and none is stored for the next person", async () => {
  const place = alice.drafts.get("c_1", null);
  write("private");
  await alice.accounts.signIn({ handle: "bob", password: "correct horse" });
  expect(place.get()).toBeNull();
  expect(alice.drafts.all.get().size).toBe(0);
  await alice.connect();
  await server.clock.advance(60_000);
  expect(requestCount()).toBe(0);
});

test.each(["long-polling", "polling"] as const)("drafts arrive over %s too", async (transport) => {
  const phone = server.client("alice", { transport });
  await phone.connect();
  await elsewhere("from the desk");
  await server.clock.advance(15_000);
  expect(shown(phone)).toBe("from the desk");
  phone.drafts.put("c_1", null, { text: "from the phone" });
  await server.clock.advance(1_600);
  phone.drafts.put("c_1", null, { text: "from the phone too" });
  await server.clock.advance(15_000);
  expect([shown(phone), shown()]).toEqual(["from the phone too", "from the phone too"]);
  expect(texts()).toEqual(["from the desk", "from the phone", "from the phone too"]);
});
