// The ordinary talk of a run: every channel for itself, at its own pace, and everybody reads now and then.
import type { Cast, Group, Member } from "./cast.ts";
import type { Talk } from "./ledger.ts";
import type { Person } from "./person.ts";
import { say } from "./speaking.ts";
import type { World } from "./world.ts";

export interface Pace {
  directMs: number;
  groupMs: number;
  readMs: number;
}

const MENTION_SHARE = 0.15;
const EVERYONE_SHARE = 0.04;

export function converse(world: World, cast: Cast, pace: Pace): Promise<unknown> {
  const directs = cast.members.flatMap(({ direct }) => {
    const writer = direct && cast.writerOf.get(direct.id);
    return writer ? [speak(world, direct, writer, pace.directMs)] : [];
  });
  const groups = cast.groups.map((group) => discuss(world, cast, group, pace.groupMs));
  const readers = cast.members.map((member) => readNowAndThen(world, member, pace.readMs));
  return Promise.all([...directs, ...groups, ...readers]);
}

async function speak(world: World, talk: Talk, writer: Person, everyMs: number): Promise<void> {
  const dice = world.dice.for(`direct ${talk.id}`);
  while (await world.pauseAbout(everyMs, dice)) {
    if (world.isHeld(talk)) continue;
    await say(world, talk, writer, dice);
  }
}

async function discuss(world: World, cast: Cast, { talk, writers, owner }: Group, everyMs: number): Promise<void> {
  const dice = world.dice.for(`group ${talk.id}`);
  const guests = cast.members.map(({ person }) => person).filter(({ id }) => talk.seats.has(id));
  while (await world.pauseAbout(everyMs, dice)) {
    const isInside = ({ id }: Person) => talk.seats.get(id)?.member.latest === true;
    if (dice.chance(EVERYONE_SHARE)) await say(world, talk, owner, dice, { everyone: true });
    else {
      const people = dice.chance(MENTION_SHARE) ? [dice.pick(guests.filter(isInside))] : [];
      await say(world, talk, dice.pick(writers), dice, { people });
    }
  }
}

async function readNowAndThen(world: World, { person }: Member, everyMs: number): Promise<void> {
  const dice = world.dice.for(`reader ${person.handle}`);
  const talks = [...world.ledger.talks.values()].filter(({ seats }) => seats.has(person.id));
  while (await world.pauseAbout(everyMs, dice)) {
    const talk = dice.pick(talks);
    // Of what is held nobody knows whether they would have been told.
    if (!world.isHeld(talk)) await person.read(talk);
  }
}
