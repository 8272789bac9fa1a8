import { beforeEach, expect, test } from "vitest";
import { limits } from "../../../src/protocol";
import type { Client } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/turned-clock";

let server: FakeServer;
let alice: Client;

const online = { status: "online", activeAt: null } as const;
const away = { status: "away", activeAt: null } as const;
const offline = { status: "offline", activeAt: 5 } as const;
const named = () => server.asks("presence.watch").map(({ users }) => users);
const look = (user: string) => alice.presence.of(user).subscribe(() => {});
const of = (user: string) => alice.presence.of(user).get();
/** Time for the client to say whom it shows. */
const shown = async () => {
  await server.clock.turn(300);
  await settle();
};

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1");
  server.seen.set("u_bob", online);
  server.seen.set("u_carol", away);
  alice = server.client("alice");
  await alice.connect();
});

test("[S102] who is on screen is named once, a moment later, and followed", async () => {
  expect(of("u_bob")).toBeNull();
  look("u_bob");
  look("u_carol");
  look("u_carol");
  await settle();
  expect(named()).toEqual([]);
  await shown();
  expect(named()).toEqual([["u_bob", "u_carol"]]);
  expect([of("u_bob"), of("u_carol")]).toEqual([online, away]);
  await server.show("u_bob", offline);
  expect(of("u_bob")).toEqual(offline);
});

test("who leaves the screen is named no longer and forgotten; who comes back at once is not asked for again", async () => {
  const leaves = [look("u_bob"), look("u_bob")];
  await shown();
  for (const leave of leaves) leave();
  look("u_bob")();
  const stays = look("u_bob");
  await shown();
  expect(named()).toEqual([["u_bob"]]);
  stays();
  await shown();
  expect(named()).toEqual([["u_bob"], []]);
  expect(of("u_bob")).toBeNull();
});

test("[S102] of more than fifty the last fifty count", async () => {
  for (let i = 0; i < limits.watchedPeople; i++) look(`u_${i}`);
  look("u_bob");
  look("u_0");
  await shown();
  const [users = []] = named();
  expect(users).toHaveLength(limits.watchedPeople);
  expect(users.slice(-2)).toEqual(["u_bob", "u_0"]);
  expect(users).not.toContain("u_1");
});

test("a socket that comes anew is told again, and who is not told of any more is not known", async () => {
  look("u_bob");
  look("u_carol");
  await shown();
  server.socket(null).cut();
  expect(of("u_bob")).toEqual(online);
  server.seen.set("u_bob", offline);
  server.seen.delete("u_carol");
  await server.clock.turn(1_000);
  expect(named()).toHaveLength(2);
  expect([of("u_bob"), of("u_carol")]).toEqual([offline, null]);
});

test("[S103] after a drop that others would see nothing is known of anybody", async () => {
  look("u_bob");
  await shown();
  server.isOffline = true;
  server.socket(null).cut();
  await server.clock.turn(limits.graceMs - 1_000);
  expect(of("u_bob")).toEqual(online);
  await server.clock.turn(2_000);
  expect(of("u_bob")).toBeNull();
});

test("[S107] over polls nothing is known and nothing asked", async () => {
  const phone = server.client("alice", { transport: "long-polling" });
  await phone.connect();
  phone.presence.of("u_bob").subscribe(() => {});
  phone.setActive(false);
  await shown();
  expect(phone.presence.of("u_bob").get()).toBeNull();
  expect(server.requests.filter((request) => request.includes("commands"))).toEqual([]);
  phone.disconnect();
});

test("a server of before refuses it, and is not asked again on that connection", async () => {
  server.isOld = true;
  look("u_bob");
  await shown();
  look("u_carol");
  await shown();
  expect(named()).toHaveLength(1);
  expect(of("u_bob")).toBeNull();
  expect(alice.connection.get()).toMatchObject({ state: "online" });
});

test("a server that has no time is asked again, and who was known stays known", async () => {
  look("u_bob");
  await shown();
  server.isBusy = true;
  look("u_carol");
  await shown();
  server.isBusy = false;
  expect([of("u_bob"), of("u_carol")]).toEqual([online, null]);
  await server.clock.turn(500);
  await settle();
  expect(named()).toEqual([["u_bob"], ["u_bob", "u_carol"], ["u_bob", "u_carol"]]);
  expect([of("u_bob"), of("u_carol")]).toEqual([online, away]);
});

test("[S103] whether the device is in use is said when it changes, and to a new socket where it is not", async () => {
  const said = () => server.asks("presence.active").map(({ active }) => active);
  alice.setActive(true);
  alice.setActive(false);
  alice.setActive(false);
  await settle();
  expect(said()).toEqual([false]);
  server.socket(null).cut();
  await server.clock.turn(1_000);
  expect(said()).toEqual([false, false]);
  alice.setActive(true);
  server.socket(null).cut();
  await server.clock.turn(1_000);
  expect(said()).toEqual([false, false, true]);
});

test("[S104] I see of myself what others are to see, and the server is never asked for it", async () => {
  look("u_alice");
  expect(of("u_alice")).toEqual(online);
  alice.setActive(false);
  expect(of("u_alice")).toEqual(away);
  await alice.accounts.changeProfile({ presence: "dnd" });
  expect(of("u_alice")).toEqual({ status: "dnd", activeAt: null });
  await alice.accounts.changeProfile({ presence: "invisible" });
  expect(of("u_alice")).toEqual({ status: "offline", activeAt: null });
  await shown();
  expect(named()).toEqual([]);
});

test("it is forgotten at sign-out, and known again by whoever signs in", async () => {
  look("u_bob");
  await shown();
  await alice.accounts.signIn({ handle: "carol", password: "correct horse" });
  expect(of("u_bob")).toBeNull();
  await alice.connect();
  await shown();
  expect(of("u_bob")).toEqual(online);
});

test("[S103] a client that means to go says so; one that only comes anew does not", async () => {
  await alice.channel("c_1").open();
  const [user, channel] = [server.socket(null), server.socket("c_1")];
  user.say({ type: "reconnect", afterMs: 0 });
  await server.clock.turn(1_000);
  expect(user.closedWith).toBe(4002);
  alice.disconnect();
  expect([server.sockets.at(-1)?.closedWith, channel.closedWith]).toEqual([1000, 1000]);
});
