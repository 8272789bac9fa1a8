import { beforeAll, expect, test } from "vitest";
import type { Message } from "../../src/protocol";
import type { Server } from "../simulation/kit/dev-server";
import { isLongRun } from "../support/runs";
import { confirmed, openPair, sendBy } from "./people";
import { sharedServer } from "./server";

// A long run makes three kills, however it is scaled.
const KILLS = isLongRun ? 3 : 1;

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
});

test("[G1] [G2] [G4] kills during traffic lose, repeat and reorder no acknowledged message", async () => {
  const { alice, bob, id, a, b, received } = await openPair(server.url);
  const acked = new Map<string, number>();
  a.view.subscribe(() => {
    for (const [key, seq] of confirmed(a)) acked.set(key, acked.get(key) ?? seq);
  });
  const sent: string[] = [];
  const say = (count: number) => {
    for (let i = 0; i < count; i++) sent.push(sendBy(a, `alice ${sent.length}`), sendBy(b, `bob ${sent.length}`));
  };
  for (let kill = 1; kill <= KILLS; kill++) {
    const before = received.a.length;
    say(100);
    // During traffic: some messages are stored, some are in flight.
    await expect.poll(() => received.a.length - before, { interval: 1, timeout: 60_000 }).toBeGreaterThan(20);
    await server.kill();
    say(10);
    await server.start();
  }
  await expect.poll(() => received.b.length, { timeout: 60_000 }).toBe(sent.length);
  await expect.poll(() => received.a.length, { timeout: 60_000 }).toBe(sent.length);

  expect(received.a.map((event) => event.seq)).toEqual(sent.map((_, at) => at + 1));
  expect(received.b.map(({ seq, nonce }) => [seq, nonce])).toEqual(received.a.map(({ seq, nonce }) => [seq, nonce]));
  expect(new Set(received.a.map((event) => event.nonce))).toEqual(new Set(sent));
  const stored = await history(server.url, alice.token ?? "", id);
  expect(stored.map((message) => [message.nonce, message.seq])).toEqual(
    received.a.map((event) => [event.nonce, event.seq]),
  );
  const place = new Map(stored.map((message) => [message.nonce, message.seq]));
  for (const [nonce, seq] of acked) expect(place.get(nonce)).toBe(seq);
  console.log(`${KILLS} kills: ${sent.length} sent, ${acked.size} seen acknowledged, 0 lost, 0 doubled, 0 moved`);
  alice.disconnect();
  bob.disconnect();
});

/** Every stored message, read over HTTP. */
async function history(url: string, token: string, channel: string): Promise<Message[]> {
  const messages: Message[] = [];
  for (let after = 0, more = true; more; after = messages.at(-1)?.seq ?? after) {
    const path = `${url}/v1/channels/${channel}/messages?limit=100&after=${after}`;
    const response = await fetch(path, { headers: { authorization: `Bearer ${token}` } });
    const page: { messages: Message[]; moreAfter: boolean } = await response.json();
    messages.push(...page.messages);
    more = page.moreAfter;
  }
  return messages;
}
