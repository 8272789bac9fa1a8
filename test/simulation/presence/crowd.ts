// Everybody and their channels: pairs, and groups of up to a hundred.
import { randomUUID } from "node:crypto";
import { demand, Person as Registered } from "../archive/person.ts";
import type { Dice } from "../faults/dice.ts";
import { inCrowd } from "../load/in-crowd.ts";
import { Person } from "./person.ts";
import type { World } from "./world.ts";

const WIDTH = 8;
const GROUP_SIZES = [100, 60, 30, 12];
const SECOND_DEVICE = 0.15;

/** People with accounts, each in a pair and in at least one group, none of them connected. */
export async function gather(world: World, count: number, dice: Dice): Promise<Person[]> {
  const { port } = world;
  const names = Array.from({ length: count }, (_, at) => `person-${at}`);
  const people = await inCrowd(names, WIDTH, async (handle) => {
    const { id, session } = await Registered.register(port, handle);
    const person = new Person(world, id, handle, session, dice.for(handle));
    world.people.set(id, person);
    return { person, session };
  });
  const circles = circlesOf(people, dice);
  await inCrowd(circles, WIDTH, async ([first, ...others], at) => {
    if (!first) return;
    const members = others.map(({ person }) => person.id);
    const group = { kind: "group", nonce: randomUUID(), name: `presence ${at}`, members };
    const wanted = members.length === 1 ? { kind: "direct", user: members[0] } : group;
    await demand(port, first.session, "POST", "/v1/channels", wanted);
  });
  for (const one of people) {
    const known = circles.filter((circle) => circle.includes(one)).flat();
    one.person.acquaintances = [...new Set(known)].filter((each) => each !== one).map(({ person }) => person);
    one.person.devices.push(one.person.newDevice());
    if (dice.chance(SECOND_DEVICE)) one.person.devices.push(one.person.newDevice());
  }
  return people.map(({ person }) => person);
}

/** Pairs of neighbours, and everybody once in groups of several sizes. */
function circlesOf<T>(people: readonly T[], dice: Dice): T[][] {
  const circles: T[][] = [];
  for (let at = 0; at + 1 < people.length; at += 2) circles.push(people.slice(at, at + 2));
  const mixed = dice.shuffle(people);
  for (let at = 0, group = 0; at < mixed.length; group++) {
    const size = GROUP_SIZES[group % GROUP_SIZES.length] ?? 0;
    circles.push(mixed.slice(at, at + size));
    at += size;
  }
  return circles.filter(({ length }) => length > 1);
}

/** All of them come with all their devices. */
export async function comeAll(people: readonly Person[]): Promise<void> {
  await inCrowd(people, WIDTH, async (person) => {
    for (const device of person.devices) await person.come(device, "came first");
  });
}
