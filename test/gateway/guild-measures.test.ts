// What races a measure: members are banned, timed out, purged or blocked while they and others
// write. From the answer on, nothing later reaches a banned person or one who blocks, a person in a
// time-out sends nothing, and nothing of a purged author is on any surface, in any row or in the
// archive.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { InboxRow, Page, SearchPage, ServerFrame } from "../../src/protocol";
import { drained, entriesOf } from "../support/archive";
import { block, unblock } from "../support/block";
import { call, openDirect, type Person, request } from "../support/http";
import { longTest } from "../support/long-test";
import { atRest } from "../support/rest";
import { isBriefLongRun } from "../support/runs";
import { attach, type Device, join } from "../support/socket";
import { expectNothing, insist, makeScene, type RaceScene, type RaceSize, send } from "./guild-races-support";

const measures = ["ban", "time-out", "purge", "block"] as const;
type Measure = (typeof measures)[number];

/** Measures at the same time. Each decides again when another was faster. */
const AT_ONCE = 4;
/** Messages that are written during a measure, and after it. */
const TRAFFIC = 2;

interface Measured {
  measure: Measure;
  who: Person;
  channel: string;
  /** The channel of the person with the writer alone. */
  direct: string;
  socket: Device;
  inbox: Device;
  /** A device of the person in the channel with the writer alone. */
  pair: Device;
}

const directs = new Map<string, string>();

/** Whether a request of a person who may be removed meanwhile was accepted. */
async function trySend(by: Person, channel: string, body: object): Promise<number | null> {
  const answer = await request(`/v1/channels/${channel}/messages`, {
    ...{ method: "POST", token: by.token, body, headers: { "idempotency-key": crypto.randomUUID() } },
  });
  return answer.ok ? (await answer.json<{ seq: number }>()).seq : null;
}

async function take({ guild, owner, writer }: RaceScene, { measure, who }: Measured): Promise<void> {
  if (measure === "ban") await insist(owner, guild, "PUT", `bans/${who.id}`, { deleteHours: 1 });
  else if (measure === "time-out") await insist(owner, guild, "PUT", `members/${who.id}/time-out`, { forMs: 60_000 });
  else if (measure === "purge") await insist(owner, guild, "POST", "purges", { user: who.id, hours: 1 });
  else await block(who, writer);
}

async function takeBack({ guild, owner, writer, seer }: RaceScene, { measure, who }: Measured): Promise<void> {
  if (measure === "ban") {
    await insist(owner, guild, "DELETE", `bans/${who.id}`);
    await insist(owner, guild, "PUT", `members/${who.id}`);
    await insist(owner, guild, "PUT", `members/${who.id}/roles/${seer.id}`);
  } else if (measure === "time-out") await insist(owner, guild, "DELETE", `members/${who.id}/time-out`);
  else if (measure === "block") await unblock(who, writer);
}

/** One round: measures race traffic, then more is written, then every surface is looked at. */
async function race(scene: RaceScene, round: number): Promise<number> {
  const measured: Measured[] = [];
  for (let at = 0; at < AT_ONCE; at++) {
    const who = scene.members[(round * AT_ONCE + at) % scene.members.length];
    const channel = scene.channels[(round + at * 7) % scene.channels.length];
    const measure = measures[(round + at) % measures.length];
    if (!who || !channel || !measure) throw new Error("nobody is measured");
    const direct = directs.get(who.id) ?? (await openDirect(who, scene.writer));
    directs.set(who.id, direct);
    const devices = { socket: await join(who, channel), inbox: await attach(who), pair: await join(who, direct) };
    measured.push({ measure, who, channel, direct, ...devices });
  }
  await Promise.all(
    measured.map(async (one) => {
      const { measure, who, channel, direct } = one;
      const isDeleted = measure === "ban" || measure === "purge";
      // What a purge deletes, with a quote of it, and what the person writes while it happens.
      const text = `${isDeleted ? "gone" : "kept"}${round} of ${who.handle}`;
      const before = await trySend(who, channel, { text });
      if (isDeleted && before !== null) await trySend(scene.writer, channel, { text: "a quote", replyTo: before });
      const during = Array.from({ length: TRAFFIC }, (_, at) => trySend(who, channel, { text: `${text} ${at}` }));
      const taken = take(scene, one);
      const traffic = Array.from({ length: TRAFFIC }, (_, at) => send(scene.writer, channel, `during ${round} ${at}`));
      await taken;
      const late = `late${round} @${who.handle}`;
      await send(scene.writer, channel, late);
      if (measure === "block") await send(scene.writer, direct, late);
      if (measure === "time-out") expect(await trySend(who, channel, { text: late })).toBeNull();
      await Promise.all([...during, ...traffic]);
    }),
  );
  await Promise.all(measured.map((one) => expectTaken(scene, one, round)));
  for (const one of measured) {
    for (const device of [one.socket, one.inbox, one.pair]) device.close();
    await takeBack(scene, one);
  }
  return measured.length;
}

async function expectTaken(scene: RaceScene, one: Measured, round: number): Promise<void> {
  const { measure, who } = one;
  if (measure === "ban") await expectNothing(one, round);
  if (measure === "ban" || measure === "purge") await expectGone(scene, one, round);
  if (measure === "block") await expectSilence(one, round);
  if (measure === "time-out") {
    const commands = [{ id: "1", type: "typing.start" }];
    await request(`/v1/channels/${one.channel}/commands`, { method: "POST", token: who.token, body: { commands } });
    const { messages } = await call<Page>(`/v1/channels/${one.channel}/messages`, { token: scene.writer.token });
    const late = messages.filter(({ author, body }) => author === who.id && JSON.stringify(body).includes("late"));
    expect(late, `round ${round}`).toEqual([]);
  }
}

/** What the person wrote before the purge is on no surface of the writer, who sees everything. */
async function expectGone({ writer }: RaceScene, { who, channel, measure }: Measured, round: number): Promise<void> {
  const purgedAt = await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
    const query = "SELECT max(seq) AS seq FROM entries WHERE type = 'messages.purged' AND detail ->> 'author' = ?";
    return storage.sql.exec<{ seq: number | null }>(query, who.id).one().seq;
  });
  const asked = { token: writer.token };
  const page = await call<Page>(`/v1/channels/${channel}/messages?limit=100`, asked);
  const text = `gone${round} of ${who.handle}`;
  const isLater = (seq: number) => measure === "purge" && purgedAt !== null && seq > purgedAt;
  const left = page.messages.filter((message) => JSON.stringify(message).includes(text) && !isLater(message.seq));
  expect(left, `${measure} in round ${round}`).toEqual([]);
  const found = await call<SearchPage>("/v1/search", { ...asked, method: "POST", body: { q: `"${text}"` } });
  expect(found.items.filter((hit) => hit.channel === channel && !isLater(hit.seq))).toEqual([]);
  const path = `/v1/channels/${channel}/events?epoch=${page.epoch}&after=${Math.max(0, page.head - 60)}&purges=true`;
  const { frames } = await call<{ frames: ServerFrame[] }>(path, asked);
  for (const event of frames.flatMap((frame) => (frame.type === "events" ? frame.events : [])))
    if (!isLater(event.seq)) expect(JSON.stringify(event), `${measure} in round ${round}`).not.toContain(text);
}

/** Nothing of the blocked writer is on a surface of the channel of both, or counted elsewhere. */
async function expectSilence({ who, channel, direct, inbox, pair }: Measured, round: number): Promise<void> {
  const asked = { token: who.token };
  const late = `late${round} @${who.handle}`;
  const shown: [string, string][] = [
    ["socket", JSON.stringify(pair.frames)],
    ["history", await (await request(`/v1/channels/${direct}/messages`, asked)).text()],
    ["poll", await (await request(`/v1/channels/${direct}/events`, asked)).text()],
  ];
  const job = { kind: "window", id: "job", channel: direct, epoch: "epoch", from: 1, to: 1_000_000 } as const;
  shown.push(["push", JSON.stringify(await env.CHANNELS.getByName(direct).claimNotifications(job))]);
  const { frames } = await call<{ frames: ServerFrame[] }>("/v1/inbox", asked);
  const rows = [...inbox.frames, ...frames].flatMap((frame) => (frame.type === "inbox" ? frame.rows : []));
  shown.push(["inbox", JSON.stringify(rows.filter((row) => row.channel === direct))]);
  for (const [surface, text] of shown) expect(text, surface).not.toContain(late);
  const counted = frames.flatMap((frame) => (frame.type === "inbox" ? frame.rows : []));
  const mentions = counted.find((row: InboxRow) => row.channel === channel)?.mentions ?? 0;
  expect(mentions, `mentions in round ${round}`).toBe(0);
}

/** No row of any channel, and no entry of the archive, has a text of a purged author. */
async function expectClean({ channels, owner, guild, members }: RaceScene): Promise<void> {
  for (const who of members) await insist(owner, guild, "POST", "purges", { user: who.id, hours: 1 });
  for (const channel of channels) {
    await atRest(channel);
    await drained(channel);
    const left = await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
      const tables = ["entries", "versions", "aspects", "purged_ranges", "standing"];
      return tables.flatMap((name) =>
        [...storage.sql.exec(`SELECT * FROM ${name}`)].filter((row) => /gone\d+ of/.test(JSON.stringify(row))),
      );
    });
    expect(left).toEqual([]);
    expect(JSON.stringify(await entriesOf(channel))).not.toMatch(/gone\d+ of/);
  }
}

async function raceAll(size: RaceSize): Promise<void> {
  const began = Date.now();
  const scene = await makeScene(size);
  let made = 0;
  for (let round = 0; made < size.changes; round++) {
    made += await race(scene, round);
    if (made % 500 === 0) console.log(`guild measures: ${made} after ${Math.round((Date.now() - began) / 1000)} s`);
  }
  await expectClean(scene);
  console.log(`guild measures: ${made} raced traffic in ${size.channels} channels and ${size.people} people`);
}

test("nothing later reaches a person, and nothing of a purged author is left", { timeout: 120_000 }, async () => {
  await raceAll({ channels: 4, people: 10, changes: 16 });
});

// A brief long run has a hundredth of the measures, because each takes a quarter of a second.
longTest("nor after 10,000 bans, time-outs, purges and blocks in 20 channels with 50 people", async () => {
  const changes = Number(process.env.MEASURES ?? (isBriefLongRun ? 100 : 10_000));
  await raceAll({ channels: 20, people: 50, changes });
});
