import { beforeEach, expect, test } from "vitest";
import type { ChannelRequest } from "../../../src/protocol";
import type { Client } from "../../../src/sdk";
import { channelOf, json, problemAnswer, profileOf } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;
let asked: ChannelRequest[];

const requestOf = (channel: string, person: string): ChannelRequest => ({
  channel,
  kind: "direct",
  name: "",
  from: profileOf(person),
  createdAt: 1,
  members: 1,
  preview: null,
});
const shown = () => alice.requests.all.get().map(({ channel }) => channel);

beforeEach(async () => {
  server = new FakeServer();
  asked = [requestOf("c_1", "bob"), requestOf("c_2", "bob"), requestOf("c_3", "carol")];
  server.intercept = (method, path) => {
    if (path === "/v1/requests") return json({ items: asked, next: null });
    const channel = /^\/v1\/requests\/(\w+)$/.exec(path)?.[1];
    if (channel === undefined) return null;
    asked = asked.filter((request) => request.channel !== channel);
    if (method === "DELETE") return new Response(null, { status: 204 });
    return json(channelOf(server, { id: channel }, ["alice", "bob"]));
  };
  alice = server.client("alice");
  await alice.connect();
  await settle();
});

test("requests are loaded with the connection, and again after a signal", async () => {
  expect(shown()).toEqual(["c_1", "c_2", "c_3"]);
  asked = [requestOf("c_4", "dave"), ...asked];
  server.store({ requestsChanged: true });
  await settle();
  expect(shown()).toEqual(["c_4", "c_1", "c_2", "c_3"]);
});

test("an accepted request is a channel of the inbox", async () => {
  await alice.requests.accept("c_1");
  expect(shown()).toEqual(["c_2", "c_3"]);
  expect(alice.inbox.get()?.map(({ id }) => id)).toContain("c_1");
});

test("a declined request takes all others of the same stranger with it", async () => {
  const declined = alice.requests.decline("c_1");
  asked = [requestOf("c_3", "carol")];
  await declined;
  expect(shown()).toEqual(["c_3"]);
  await settle();
  expect(shown()).toEqual(["c_3"]);
});

test("a refused answer rejects and changes nothing", async () => {
  server.intercept = (method) => (method === "PUT" ? problemAnswer("group_full") : null);
  await expect(alice.requests.accept("c_1")).rejects.toMatchObject({ code: "group_full" });
  expect(shown()).toEqual(["c_1", "c_2", "c_3"]);
});

test("a sign-out forgets them, also those that arrive late", async () => {
  server.store({ requestsChanged: true });
  await alice.accounts.signOut();
  await settle();
  expect(shown()).toEqual([]);
});

test("a row without a new entry loads the members of a direct channel again until both are in it", async () => {
  server.intercept = () => null;
  const id = await alice.direct("u_bob");
  const both = server.channels.get(id);
  if (!both) throw new Error("the channel is missing");
  const members = both.members.filter(({ user }) => user.handle === "alice");
  server.channels.set(id, { ...both, members, pending: [profileOf("bob")] });
  server.intercept = (method, path) =>
    method === "POST" && path === "/v1/channels" ? json(server.channels.get(id)) : null;
  await alice.direct("u_bob");
  const entry = () => alice.inbox.get()?.find((one) => one.id === id);
  expect(entry()?.pending.map(({ handle }) => handle)).toEqual(["bob"]);
  expect(alice.profile("u_bob")).toMatchObject({ handle: "bob" });
  server.channels.set(id, both);
  const marks = { read: 0, unreadFrom: null, unread: 0, mentions: 0 };
  server.sendRows([{ channel: id, epochNumber: 1, head: 0, preview: null, ...marks, at: server.clock.now() }]);
  await settle();
  expect(entry()?.pending).toEqual([]);
  expect(
    entry()
      ?.members.map(({ handle }) => handle)
      .sort(),
  ).toEqual(["alice", "bob"]);
});
