// What races a loss: members are removed, lose a role or are denied a channel while others write.
// From the answer of the change on, nothing of what is written reaches the person, on any surface.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { ErrorCode, GuildRole, SearchPage } from "../../src/protocol";
import { attempt, change, giveNewRole, openGuild, openGuildChannel } from "../support/guild";
import { call, type Person, register, request } from "../support/http";
import { longTest } from "../support/long-test";
import { isBriefLongRun } from "../support/runs";
import { attach, type Device, join } from "../support/socket";

/** How members lose a channel. `everyone`: the override that shows it to all of them is removed. */
const losses = ["removal", "role", "member override", "role override"] as const;
type Loss = (typeof losses)[number];

interface Size {
  channels: number;
  people: number;
  /** How many losses there are in all. */
  changes: number;
}

interface Scene {
  guild: string;
  owner: Person;
  /** Sees every channel and writes in them. */
  writer: Person;
  members: Person[];
  channels: string[];
  seer: GuildRole;
}

/** Losses at the same time. Each decides again when another was faster. */
const AT_ONCE = 3;
/** Messages that are written during a loss, and after it. */
const TRAFFIC = 3;

async function makeScene({ channels, people }: Size): Promise<Scene> {
  const [owner, writer, ...members] = await Promise.all(Array.from({ length: people }, (_, at) => register(`p${at}`)));
  if (!owner || !writer) throw new Error("somebody is missing");
  const { id: guild } = await openGuild(owner, [writer, ...members]);
  const seer = await giveNewRole(owner, guild, [], writer, ...members);
  const made: string[] = [];
  for (let at = 0; at < channels; at++) {
    const channel = await openGuildChannel(owner, guild, { name: `c${at}`, type: "private" });
    await show(owner, guild, channel, seer.id);
    await change(owner, guild, "PUT", `channels/${channel}/overrides/${writer.id}`, { allow: ["view"], deny: [] });
    made.push(channel);
  }
  return { guild, owner, writer, members, channels: made, seer };
}

const show = (owner: Person, guild: string, channel: string, role: string) =>
  change(owner, guild, "PUT", `channels/${channel}/overrides/${role}`, { allow: ["view"], deny: [] });

/** Makes a change that must be made. It is sent again if others were faster for too long. */
async function insist(by: Person, guild: string, method: string, path: string, body?: object): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const answer = await attempt(by, guild, method, path, body);
    if (answer.ok) return;
    const { code } = await answer.json<{ code: ErrorCode }>();
    if (code !== "temporary") throw new Error(`${method} ${path}: ${code}`);
  }
  throw new Error(`${method} ${path} was not made`);
}

function lose({ guild, owner, seer }: Scene, loss: Loss, who: Person, channel: string): Promise<void> {
  switch (loss) {
    case "removal":
      return insist(owner, guild, "DELETE", `members/${who.id}`);
    case "role":
      return insist(owner, guild, "DELETE", `members/${who.id}/roles/${seer.id}`);
    case "member override":
      return insist(owner, guild, "PUT", `channels/${channel}/overrides/${who.id}`, { allow: [], deny: ["view"] });
    case "role override":
      return insist(owner, guild, "PUT", `channels/${channel}/overrides/${seer.id}`, { allow: [], deny: [] });
  }
}

async function restore({ guild, owner, seer }: Scene, loss: Loss, who: Person, channel: string): Promise<void> {
  if (loss === "removal") await insist(owner, guild, "PUT", `members/${who.id}`);
  if (loss === "removal" || loss === "role") await insist(owner, guild, "PUT", `members/${who.id}/roles/${seer.id}`);
  const none = { allow: [], deny: [] };
  if (loss === "member override") await insist(owner, guild, "PUT", `channels/${channel}/overrides/${who.id}`, none);
  if (loss === "role override") await show(owner, guild, channel, seer.id);
}

const send = (by: Person, channel: string, text: string) =>
  call(`/v1/channels/${channel}/messages`, {
    ...{ method: "POST", token: by.token, body: { text }, headers: { "idempotency-key": crypto.randomUUID() } },
  });

interface Watched {
  who: Person;
  loss: Loss;
  channel: string;
  socket: Device;
  inbox: Device;
}

/** One round: losses race traffic, then more is written, then every surface is looked at. */
async function race(scene: Scene, round: number): Promise<number> {
  const watched: Watched[] = [];
  for (let at = 0; at < AT_ONCE; at++) {
    const who = scene.members[(round * AT_ONCE + at) % scene.members.length];
    // Channels differ, so that what one loses is not shown again by the restoration of another.
    const channel = scene.channels[(round + at * 7) % scene.channels.length];
    const loss = losses[(round + at) % losses.length];
    if (!who || !channel || !loss) throw new Error("nobody loses anything");
    watched.push({ who, loss, channel, socket: await join(who, channel), inbox: await attach(who) });
  }
  const traffic = watched.flatMap(({ channel }) =>
    Array.from({ length: TRAFFIC }, (_, at) => send(scene.writer, channel, `during ${round} ${at}`)),
  );
  await Promise.all([
    ...watched.map(async ({ who, loss, channel }) => {
      await lose(scene, loss, who, channel);
      for (let at = 0; at < TRAFFIC; at++) await send(scene.writer, channel, `late${round} @${who.handle} ${at}`);
    }),
    ...traffic,
  ]);
  await Promise.all(watched.map((one) => expectNothing(one, round)));
  for (const { who, loss, channel, inbox } of watched) {
    inbox.close();
    await restore(scene, loss, who, channel);
  }
  return watched.length;
}

/** Nothing that was written after the answer is on a surface of the person. */
async function expectNothing({ who, channel, socket, inbox }: Watched, round: number): Promise<void> {
  const path = `/v1/channels/${channel}`;
  const asked = { token: who.token };
  // The socket: it is closed, and what it got ends where the person left.
  await socket.untilClosed();
  const leftAt = await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) =>
    storage.sql.exec<{ at: number }>("SELECT left_at AS at FROM former_members WHERE user = ?", who.id).one(),
  );
  for (const { seq } of socket.events) expect(seq, `round ${round}`).toBeLessThanOrEqual(leftAt.at);
  const shown: [string, string][] = [["socket", JSON.stringify(socket.frames)]];
  // History, polls, typing and pushes of the channel.
  expect((await request(`${path}/messages`, asked)).status).toBe(404);
  expect((await request(`${path}/events`, asked)).status).toBe(404);
  const commands = [{ id: "1", type: "typing.start" }];
  const typed = await request(`${path}/commands`, { ...asked, method: "POST", body: { commands } });
  expect(typed.status).toBe(404);
  const job = { kind: "window", id: "job", channel, epoch: "epoch", from: 1, to: 1_000_000 } as const;
  const claimed = await env.CHANNELS.getByName(channel).claimNotifications(job);
  shown.push(["push", JSON.stringify(claimed.ok ? claimed.value : claimed)]);
  // Search, counts and the inbox.
  const found = await call<SearchPage>("/v1/search", { ...asked, method: "POST", body: { q: `late${round}` } });
  expect(found.items.filter((hit) => hit.channel === channel)).toEqual([]);
  shown.push(["inbox", JSON.stringify(inbox.frames)]);
  shown.push(["poll of the inbox", await (await request("/v1/inbox", asked)).text()]);
  for (const [surface, text] of shown) expect(text, surface).not.toContain(`late${round} @${who.handle}`);
}

async function raceAll(size: Size): Promise<void> {
  const scene = await makeScene(size);
  let made = 0;
  for (let round = 0; made < size.changes; round++) made += await race(scene, round);
  console.log(`guild losses: ${made} raced traffic in ${size.channels} channels and ${size.people} people`);
}

test("nothing later reaches a person who lost a channel while others wrote", async () => {
  await raceAll({ channels: 4, people: 8, changes: 12 });
});

// A brief long run has a hundredth of the losses, because each takes a quarter of a second.
longTest("nor after 10,000 losses in 20 channels with 50 people", async () => {
  await raceAll({ channels: 20, people: 50, changes: Number(process.env.LOSSES ?? (isBriefLongRun ? 100 : 10_000)) });
});
