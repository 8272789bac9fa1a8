// The ordinary traffic of a run: every channel at its own pace, and everyone reads now and then.

import type { ChannelHistory } from "./history.ts";
import { sendMessage } from "./message-sender.ts";
import type { Person } from "./person.ts";
import type { Group, Participant, Population } from "./population.ts";
import type { World } from "./world.ts";

export interface Pace {
  directMs: number;
  groupMs: number;
  readMs: number;
}

const MENTION_SHARE = 0.15;
const EVERYONE_SHARE = 0.04;

export function runMessageWorkload(world: World, population: Population, pace: Pace): Promise<unknown> {
  const directs = population.participants.flatMap(({ direct }) => {
    const writer = direct && population.writerOf.get(direct.id);
    return writer ? [writeDirect(world, direct, writer, pace.directMs)] : [];
  });
  const groups = population.groups.map((group) => writeGroup(world, population, group, pace.groupMs));
  const readers = population.participants.map((member) => readSometimes(world, member, pace.readMs));
  return Promise.all([...directs, ...groups, ...readers]);
}

async function writeDirect(world: World, channel: ChannelHistory, writer: Person, everyMs: number): Promise<void> {
  const random = world.random.fork(`direct ${channel.id}`);
  while (await world.pauseAbout(everyMs, random)) {
    if (world.isHeld(channel)) continue;
    await sendMessage(world, channel, writer, random);
  }
}

async function writeGroup(
  world: World,
  population: Population,
  { channel, writers, owner }: Group,
  everyMs: number,
): Promise<void> {
  const random = world.random.fork(`group ${channel.id}`);
  const guests = population.participants.map(({ person }) => person).filter(({ id }) => channel.memberships.has(id));
  while (await world.pauseAbout(everyMs, random)) {
    const isInside = ({ id }: Person) => channel.memberships.get(id)?.member.latest === true;
    if (random.chance(EVERYONE_SHARE)) await sendMessage(world, channel, owner, random, { everyone: true });
    else {
      const people = random.chance(MENTION_SHARE) ? [random.pick(guests.filter(isInside))] : [];
      await sendMessage(world, channel, random.pick(writers), random, { people });
    }
  }
}

async function readSometimes(world: World, { person }: Participant, everyMs: number): Promise<void> {
  const random = world.random.fork(`reader ${person.handle}`);
  const channels = [...world.history.channels.values()].filter(({ memberships }) => memberships.has(person.id));
  while (await world.pauseAbout(everyMs, random)) {
    const channel = random.pick(channels);
    // Reading a held channel would leave open whether its notification is still due.
    if (!world.isHeld(channel)) await person.read(channel);
  }
}
