import { beforeEach, expect, test } from "vitest";
import type { Client } from "../../../src/sdk";
import { problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;

const entry = (client = alice) => client.inbox.get()?.find(({ id }) => id === "c_1");
const level = (client = alice) => entry(client)?.level;

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1");
  alice = server.client("alice");
  await alice.connect();
});

test("a level shows immediately, on all devices, and is `all` by default", async () => {
  const phone = server.client("alice");
  await phone.connect();
  expect(level()).toBe("all");
  const chosen = alice.setLevel("c_1", "mentions");
  expect(level()).toBe("mentions");
  await chosen;
  await settle();
  expect([level(), level(phone)]).toEqual(["mentions", "mentions"]);
  await phone.setLevel("c_1", "all");
  await settle();
  expect([level(), level(phone)]).toEqual(["all", "all"]);
});

test.each(["socket", "long-polling", "polling"] as const)(
  "a device gets a level over %s, and so does one that connects later",
  async (transport) => {
    const phone = server.client("alice", { transport });
    await phone.connect();
    await alice.setLevel("c_1", "nothing");
    await server.clock.advance(30_000);
    expect(level(phone)).toBe("nothing");
    const tablet = server.client("alice", { transport });
    await tablet.connect();
    expect(level(tablet)).toBe("nothing");
    phone.disconnect();
    tablet.disconnect();
  },
);

test("a level that the server refuses is undone, and the mute stays", async () => {
  await alice.mute("c_1", 5);
  server.intercept = (method) => (method === "PUT" ? problemAnswer("forbidden") : null);
  const refused = alice.setLevel("c_1", "nothing");
  expect(entry()).toMatchObject({ level: "nothing", mutedUntil: 5 });
  await expect(refused).rejects.toMatchObject({ code: "forbidden" });
  expect(entry()).toMatchObject({ level: "all", mutedUntil: 5 });
});

test("a level is forgotten at sign-out", async () => {
  await alice.setLevel("c_1", "nothing");
  server.settings = [];
  await alice.accounts.signIn({ handle: "alice", password: "correct horse" });
  await alice.connect();
  expect(level()).toBe("all");
});
