import { beforeEach, expect, test } from "vitest";
import { limits } from "../../../src/protocol";
import type { Client } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;

const online = { status: "online", activeAt: null } as const;
const away = { status: "away", activeAt: null } as const;
const offline = { status: "offline", activeAt: 5 } as const;
const watched = () => server.userCommands("presence.watch").map(({ users }) => users);
const watch = (user: string) => alice.presence.of(user).subscribe(() => {});
const of = (user: string) => alice.presence.of(user).get();
/** Waits until the client has sent whom it watches. */
const watchSent = async () => {
  await server.clock.advance(300);
  await settle();
};

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1");
  server.presences.set("u_bob", online);
  server.presences.set("u_carol", away);
  alice = server.client("alice");
  await alice.connect();
});

test("[S102] people on screen are watched with one request, shortly after they appear", async () => {
  expect(of("u_bob")).toBeNull();
  watch("u_bob");
  watch("u_carol");
  watch("u_carol");
  await settle();
  expect(watched()).toEqual([]);
  await watchSent();
  expect(watched()).toEqual([["u_bob", "u_carol"]]);
  expect([of("u_bob"), of("u_carol")]).toEqual([online, away]);
  await server.setPresence("u_bob", offline);
  expect(of("u_bob")).toEqual(offline);
});

test("people who leave the screen are no longer watched, unless they return immediately", async () => {
  const leaves = [watch("u_bob"), watch("u_bob")];
  await watchSent();
  for (const leave of leaves) leave();
  watch("u_bob")();
  const stays = watch("u_bob");
  await watchSent();
  expect(watched()).toEqual([["u_bob"]]);
  stays();
  await watchSent();
  expect(watched()).toEqual([["u_bob"], []]);
  expect(of("u_bob")).toBeNull();
});

test("[S102] of more than fifty people, the last fifty are watched", async () => {
  for (let i = 0; i < limits.watchedPeople; i++) watch(`u_${i}`);
  watch("u_bob");
  watch("u_0");
  await watchSent();
  const [users = []] = watched();
  expect(users).toHaveLength(limits.watchedPeople);
  expect(users.slice(-2)).toEqual(["u_bob", "u_0"]);
  expect(users).not.toContain("u_1");
});

test("a new socket sends the watch again, and people missing from its answer become unknown", async () => {
  watch("u_bob");
  watch("u_carol");
  await watchSent();
  server.socket(null).cut();
  expect(of("u_bob")).toEqual(online);
  server.presences.set("u_bob", offline);
  server.presences.delete("u_carol");
  await server.clock.advance(1_000);
  expect(watched()).toHaveLength(2);
  expect([of("u_bob"), of("u_carol")]).toEqual([offline, null]);
});

test("[S103] after the grace period without a connection, all presence is unknown", async () => {
  watch("u_bob");
  await watchSent();
  server.isOffline = true;
  server.socket(null).cut();
  await server.clock.advance(limits.graceMs - 1_000);
  expect(of("u_bob")).toEqual(online);
  await server.clock.advance(2_000);
  expect(of("u_bob")).toBeNull();
});

test("[S107] over polls, all presence is unknown and nothing is requested", async () => {
  const phone = server.client("alice", { transport: "long-polling" });
  await phone.connect();
  phone.presence.of("u_bob").subscribe(() => {});
  phone.setActive(false);
  await watchSent();
  expect(phone.presence.of("u_bob").get()).toBeNull();
  expect(server.requests.filter((request) => request.includes("commands"))).toEqual([]);
  phone.disconnect();
});

test("an older server refuses the watch, and is not asked again over that connection", async () => {
  server.isOlderServer = true;
  watch("u_bob");
  await watchSent();
  watch("u_carol");
  await watchSent();
  expect(watched()).toHaveLength(1);
  expect(of("u_bob")).toBeNull();
  expect(alice.connection.get()).toMatchObject({ state: "online" });
});

test("after a temporary refusal the watch is retried, and known presence stays known", async () => {
  watch("u_bob");
  await watchSent();
  server.isBusy = true;
  watch("u_carol");
  await watchSent();
  server.isBusy = false;
  expect([of("u_bob"), of("u_carol")]).toEqual([online, null]);
  await server.clock.advance(500);
  await settle();
  expect(watched()).toEqual([["u_bob"], ["u_bob", "u_carol"], ["u_bob", "u_carol"]]);
  expect([of("u_bob"), of("u_carol")]).toEqual([online, away]);
});

test("[S103] the client sends whether it is in use on every change, and when idle over new sockets", async () => {
  const activeCommands = () => server.userCommands("presence.active").map(({ active }) => active);
  alice.setActive(true);
  alice.setActive(false);
  alice.setActive(false);
  await settle();
  expect(activeCommands()).toEqual([false]);
  server.socket(null).cut();
  await server.clock.advance(1_000);
  expect(activeCommands()).toEqual([false, false]);
  alice.setActive(true);
  server.socket(null).cut();
  await server.clock.advance(1_000);
  expect(activeCommands()).toEqual([false, false, true]);
});

test("[S104] my own presence shows what others see, without a request", async () => {
  watch("u_alice");
  expect(of("u_alice")).toEqual(online);
  alice.setActive(false);
  expect(of("u_alice")).toEqual(away);
  await alice.accounts.changeProfile({ presence: "dnd" });
  expect(of("u_alice")).toEqual({ status: "dnd", activeAt: null });
  await alice.accounts.changeProfile({ presence: "invisible" });
  expect(of("u_alice")).toEqual({ status: "offline", activeAt: null });
  await watchSent();
  expect(watched()).toEqual([]);
});

test("presence is forgotten at sign-out, and known again after the next sign-in", async () => {
  watch("u_bob");
  await watchSent();
  await alice.accounts.signIn({ handle: "carol", password: "correct horse" });
  expect(of("u_bob")).toBeNull();
  await alice.connect();
  await watchSent();
  expect(of("u_bob")).toEqual(online);
});

test("[S103] disconnecting closes the socket normally, and reconnecting does not", async () => {
  await alice.channel("c_1").open();
  const [user, channel] = [server.socket(null), server.socket("c_1")];
  user.say({ type: "reconnect", afterMs: 0 });
  await server.clock.advance(1_000);
  expect(user.closeCode).toBe(4002);
  alice.disconnect();
  expect([server.sockets.at(-1)?.closeCode, channel.closeCode]).toEqual([1000, 1000]);
});
