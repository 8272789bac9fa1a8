// What a message costs in a channel of a guild with a thousand people online, beside a group with
// ten: rows and requests, of the channel, of the guild object and of all user objects together.
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { mapConcurrently } from "../simulation/kit/concurrency.ts";
import { ask, type Person, registerPeople } from "../simulation/kit/population.ts";
import { raised } from "../simulation/kit/rates.ts";
import type { Bar } from "../simulation/kit/report.ts";
import { SeededRandom } from "../simulation/kit/seeded-random.ts";
import { startServer } from "../simulation/kit/server-process.ts";
import type { Bundle } from "../simulation/kit/worker-bundle.ts";
import { dollarsPerMillion, rowsWrittenPerMessage, type Tally, tally } from "./bill.ts";
import { Member } from "./member.ts";
import { atRest, total } from "./meter-reading.ts";

const ONLINE = 1_000;
const IN_GROUP = 10;
/** Both are equally lively: a message a second, by ten people in turn. */
const MESSAGES = 60;
const EVERY_MS = 1_000;
const WIDTH = 16;

const created = z.object({ id: z.string(), channels: z.array(z.object({ id: z.string() })).default([]) });
const gateway = z.object({ token: z.string() });

interface Place {
  channel: string;
  guild: string | null;
  /** The objects that are counted besides the channel. */
  others: string[];
  members: Member[];
}

/** Prints what a message costs in both, and returns the bars. */
export async function measureLarge(bundle: Bundle, seed: number): Promise<Record<string, Bar>> {
  const server = await startServer(bundle, raised);
  const { port } = server;
  const places: Place[] = [];
  try {
    const people = await registerPeople(port, ONLINE + IN_GROUP);
    const random = new SeededRandom("", seed);
    places.push(await openGuild(port, people.splice(0, ONLINE), random));
    places.push(await openGroup(port, people, random));
    const tallies: Tally[] = [];
    for (const { channel, guild, others, members } of places) {
      await mapConcurrently(members, WIDTH, (member) => member.connect());
      await mapConcurrently(members, WIDTH, (member) => member.attach());
      if (guild !== null) await mapConcurrently(members, WIDTH, (member) => member.show(guild));
      // The first mark of each reader is part of their visit and not of a message.
      await members[0]?.send("the first one");
      const before = await atRest(port);
      for (let at = 0; at < MESSAGES; at++) {
        await members[at % IN_GROUP]?.send(`message ${at}`);
        await delay(EVERY_MS);
      }
      tallies.push(tally(before, await atRest(port), channel, others, MESSAGES));
      for (const member of members) member.leave();
      await atRest(port);
    }
    const [large, group] = tallies;
    if (!large || !group) throw new Error("nothing was measured");
    const figures = { large: figuresOf(large), group: figuresOf(group) };
    console.log(JSON.stringify(figures, null, 2));
    return {
      rowsPerMessage: { value: figures.large.rows, atMost: figures.group.rows },
      requestsPerMessage: { value: figures.large.requests, atMost: figures.group.requests },
    };
  } finally {
    for (const { members } of places) for (const member of members) member.leave();
    await server.remove();
  }
}

function figuresOf(part: Tally) {
  const { channel, users, messages } = part;
  const each = (counts: Record<string, number>) =>
    Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count / messages]));
  return {
    rows: rowsWrittenPerMessage(part),
    requests: (total(channel.requests) + total(users.requests)) / messages,
    dollarsPerMillion: dollarsPerMillion(part),
    rowsOfChannel: each(channel.written),
    rowsOfOthers: each(users.written),
    requestsToChannel: each(channel.requests),
    requestsToOthers: each(users.requests),
  };
}

async function openGuild(port: number, people: readonly Person[], random: SeededRandom): Promise<Place> {
  const [owner, ...others] = people;
  if (!owner) throw new Error("a guild needs an owner");
  const body = { nonce: randomUUID(), name: "a thousand", template: "blank" };
  const { id, channels } = created.parse(await ask(port, "POST", "/v1/guilds", body, owner.session));
  for (const person of others)
    await ask(port, "PUT", `/v1/guilds/${id}/members/${person.id}`, undefined, owner.session);
  const channel = channels[0]?.id ?? "";
  return {
    channel,
    guild: id,
    others: [id, ...people.map((person) => person.id)],
    members: await membersOf(port, people, channel, random),
  };
}

async function openGroup(port: number, people: readonly Person[], random: SeededRandom): Promise<Place> {
  const [owner, ...others] = people;
  if (!owner) throw new Error("a group needs an owner");
  const body = { kind: "group", nonce: randomUUID(), name: "ten", members: others.map((person) => person.id) };
  const { id } = created.parse(await ask(port, "POST", "/v1/channels", body, owner.session));
  return {
    channel: id,
    guild: null,
    others: people.map((person) => person.id),
    members: await membersOf(port, people, id, random),
  };
}

/** Makes the members of a channel. Tokens of the registration may be too old by now. */
const membersOf = (port: number, people: readonly Person[], channel: string, random: SeededRandom): Promise<Member[]> =>
  mapConcurrently(people, WIDTH, async (person) => {
    const { token } = gateway.parse(await ask(port, "GET", "/v1/gateway", undefined, person.session));
    return new Member(port, { ...person, token }, channel, random);
  });
