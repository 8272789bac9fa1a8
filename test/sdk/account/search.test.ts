import { beforeEach, expect, test } from "vitest";
import { type Client, ParleyError } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";

let server: FakeServer;
let alice: Client;

const asked = () => Object.fromEntries(new URLSearchParams(server.searches.at(-1)));
const zone = () => String(-new Date(server.clock.now()).getTimezoneOffset() || 0);

beforeEach(() => {
  server = new FakeServer();
  alice = server.client("alice");
});

test("[S94] what was typed is asked as it is, from where this device is", async () => {
  const excerpt = { text: "news of the day", marks: [[0, 4]] as [number, number][] };
  server.found = {
    items: [{ channel: "c_1", seq: 7, author: "u_bob", at: 1, thread: null, excerpt }],
    next: "further",
  };
  expect(await alice.search({ text: 'news & "more" from:bob' })).toEqual(server.found);
  expect(asked()).toEqual({ q: 'news & "more" from:bob', order: "newest", limit: "20", zone: zone() });
  await alice.search({ text: "news", channel: "c_1", order: "relevance", cursor: "further", limit: 5 });
  expect(asked()).toEqual({
    ...{ q: "news", channel: "c_1", order: "relevance" },
    ...{ cursor: "further", limit: "5", zone: zone() },
  });
});

test("[S95] nothing that is typed is an error: lone halves of characters and whole books neither", async () => {
  await alice.search({ text: `\ud83d${"🦀".repeat(100_000)}` });
  expect([...(asked().q ?? "")].length).toBeGreaterThanOrEqual(256);
  expect(asked().q?.length).toBeLessThan(600);
});

test("a limit no server would take is refused without asking", async () => {
  await expect(alice.search({ text: "news", limit: 1_000 })).rejects.toBeInstanceOf(ParleyError);
  expect(server.searches).toEqual([]);
});
