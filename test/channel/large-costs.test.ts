// What a message costs in a channel of a thousand members, beside a group with the same ten people
// online: rows, requests to objects, and statements that walk the members.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Usage } from "../../src/protocol";
import { makeLarge } from "../support/crowd";
import { openGuild } from "../support/guild";
import { openGroup, type Person, register } from "../support/http";
import { say } from "../support/log";
import { fixtureSize } from "../support/runs";
import { attach, composedAt, epochOf, join } from "../support/socket";

const ONLINE = 10;
const MEMBERS = fixtureSize(300, 1_000);
const MESSAGES = 100;

/** Sends messages in turn by people who have the channel open and look at another one. */
async function costOf(people: readonly Person[], channel: string): Promise<Usage> {
  const devices = await Promise.all(people.map((person) => join(person, channel)));
  for (const person of people) await attach(person);
  const [first] = devices;
  if (!first) throw new Error("nobody");
  const epoch = await epochOf(first);
  const usage = async () => {
    const answer = await env.CHANNELS.getByName(channel).state();
    return answer.ok ? answer.value.usage : expect.fail(answer.code);
  };
  const before = await usage();
  for (let at = 0; at < MESSAGES; at++) {
    const device = devices[at % devices.length] ?? first;
    device.send({ type: "message.send", text: `message ${at}`, ...composedAt(epoch, 0) });
    if (at % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const sent = () => first.events.filter(({ type }) => type === "message.sent").length;
  await expect.poll(sent, { timeout: 20_000 }).toBe(MESSAGES);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const after = await usage();
  return Object.fromEntries(
    Object.entries(after).map(([key, value]) => [key, value - before[key as keyof Usage]]),
  ) as Usage;
}

test("a message in a channel of many costs no more rows and requests than in a group", {
  timeout: 120_000,
}, async () => {
  const people: Person[] = [];
  for (let at = 0; at < ONLINE; at++) people.push(await register(`online${at}`));
  const [alice, ...others] = people;
  if (!alice) throw new Error("nobody");
  const group = await openGroup(alice, others);
  const guild = await openGuild(alice, others);
  const channel = guild.channels[0]?.id ?? "";
  await makeLarge(alice, guild.id, MEMBERS - ONLINE);
  const inGroup = await costOf(people, group);
  const inLarge = await costOf(people, channel);
  const line = ({ rowsWritten, objectRequests }: Usage) => `${rowsWritten} rows, ${objectRequests} requests`;
  console.log(
    `${MESSAGES} messages: ${line(inGroup)} in a group of ${ONLINE}, ${line(inLarge)} with ${MEMBERS} members`,
  );
  expect(inLarge.rowsWritten).toBeLessThanOrEqual(inGroup.rowsWritten + 2);
  expect(inLarge.objectRequests).toBeLessThanOrEqual(inGroup.objectRequests);
});

test("a message in a large channel reads no member who is not online", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const guild = await openGuild(alice, [bob]);
  const channel = guild.channels[0]?.id ?? "";
  const users = await makeLarge(alice, guild.id, 120);
  const a = await join(alice, channel);
  await join(bob, channel);
  const epoch = await epochOf(a);
  const reads: number[] = [];
  await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage: { sql } }) => {
    // As if all of them had visited the channel.
    for (const user of users)
      sql.exec(
        "INSERT INTO members (user, handle, role, joined_at, tokens_from, receipts, since) VALUES (?, ?, 'member', 1, 0, 1, 0)",
        user,
        user,
      );
    const exec = sql.exec.bind(sql);
    sql.exec = <T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]) => {
      const cursor = exec<T>(query, ...bindings);
      if (/\bmembers\b|\bmember_states\b/.test(query)) reads.push(cursor.rowsRead);
      return cursor;
    };
  });
  for (const text of ["one", `@${bob.handle}`, "@channel", "three"]) await say(a, epoch, text);
  await a.answer(a.send({ type: "read.mark", seq: 1 }), "ack");
  // One row for each person who wrote, read or was mentioned, and none for the others.
  expect(reads.reduce((sum, rows) => sum + rows, 0)).toBeLessThan(10);
});
