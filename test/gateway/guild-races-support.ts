// A guild in which members lose what they may see, or are moderated, while others write.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { ErrorCode, GuildRole, SearchPage } from "../../src/protocol";
import { attempt, change, giveNewRole, openGuild, openGuildChannel } from "../support/guild";
import { call, type Person, register, request } from "../support/http";
import type { Device } from "../support/socket";

export interface RaceSize {
  channels: number;
  people: number;
  /** How many losses or measures there are in all. */
  changes: number;
}

export interface RaceScene {
  guild: string;
  owner: Person;
  /** Sees every channel and writes in them. */
  writer: Person;
  members: Person[];
  channels: string[];
  seer: GuildRole;
}

export async function makeScene({ channels, people }: RaceSize): Promise<RaceScene> {
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

export const show = (owner: Person, guild: string, channel: string, role: string) =>
  change(owner, guild, "PUT", `channels/${channel}/overrides/${role}`, { allow: ["view"], deny: [] });

/** Makes a change that must be made. It is sent again if others were faster for too long. */
export async function insist(by: Person, guild: string, method: string, path: string, body?: object): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const answer = await attempt(by, guild, method, path, body);
    if (answer.ok) return;
    const { code } = await answer.json<{ code: ErrorCode }>();
    if (code !== "temporary") throw new Error(`${method} ${path}: ${code}`);
  }
  throw new Error(`${method} ${path} was not made`);
}

export const send = (by: Person, channel: string, text: string) =>
  call(`/v1/channels/${channel}/messages`, {
    ...{ method: "POST", token: by.token, body: { text }, headers: { "idempotency-key": crypto.randomUUID() } },
  });

/** A person who loses a channel, with a device in it and one on their inbox. */
export interface Watched {
  who: Person;
  channel: string;
  socket: Device;
  inbox: Device;
}

/** Nothing that was written after the answer is on a surface of the person. */
export async function expectNothing({ who, channel, socket, inbox }: Watched, round: number): Promise<void> {
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
