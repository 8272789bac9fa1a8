import { beforeEach, expect, test, vi } from "vitest";
import { type Client, ParleyError } from "../../../src/sdk";
import { FakeServer } from "../support/fake-server";

let server: FakeServer;
let alice: Client;

const requested = () => server.searches.at(-1);
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

beforeEach(() => {
  server = new FakeServer();
  alice = server.client("alice");
});

test("[S94] [S129] the text is sent as it was typed, with the name of the time zone of this device", async () => {
  const excerpt = { text: "news of the day", marks: [[0, 4]] as [number, number][] };
  server.searchResult = {
    items: [{ channel: "c_1", seq: 7, author: "u_bob", at: 1, thread: null, excerpt }],
    next: "further",
  };
  expect(await alice.search({ text: 'news & "more" from:bob' })).toEqual(server.searchResult);
  expect(requested()).toEqual({ q: 'news & "more" from:bob', order: "newest", limit: 20, zone: zone() });
  await alice.search({ text: "news", channel: "c_1", order: "relevance", cursor: "further", limit: 5 });
  expect(requested()).toEqual({
    ...{ q: "news", channel: "c_1", order: "relevance" },
    ...{ cursor: "further", limit: 5, zone: zone() },
  });
});

test("[S95] no text is an error, not even lone surrogates and very long texts", async () => {
  await alice.search({ text: `\ud83d${"🦀".repeat(100_000)}` });
  const { q } = requested() as { q: string };
  expect([...q].length).toBeGreaterThanOrEqual(256);
  expect(q.length).toBeLessThan(600);
});

test("an invalid limit is refused without a request", async () => {
  await expect(alice.search({ text: "news", limit: 1_000 })).rejects.toBeInstanceOf(ParleyError);
  expect(server.searches).toEqual([]);
});

test("[S162] where the platform has no name of the time zone, its offset is sent", async () => {
  const options = new Intl.DateTimeFormat().resolvedOptions();
  vi.spyOn(Intl.DateTimeFormat.prototype, "resolvedOptions").mockReturnValue({ ...options, timeZone: "" });
  await alice.search({ text: "news" });
  vi.restoreAllMocks();
  expect(requested()).toMatchObject({ zone: -new Date(server.clock.now()).getTimezoneOffset() || 0 });
});

test("[S183] [S184] the search names the channels in use, and the page those that did not answer", async () => {
  server.searchResult = { items: [], next: null, incomplete: ["c_2"] };
  const channel = alice.channel("c_1");
  alice.channel("c_2");
  await channel.open();
  expect(await alice.search({ text: "news" })).toEqual(server.searchResult);
  expect(requested()).toMatchObject({ open: ["c_1"] });
  await alice.search({ text: "news", channel: "c_1" });
  expect(requested()).not.toHaveProperty("open");
});
