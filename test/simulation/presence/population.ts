// Creates the people and their channels: pairs, and groups of up to a hundred.
import { randomUUID } from "node:crypto";
import { mapConcurrently } from "../kit/concurrency.ts";
import { demand, RegisteredUser } from "../kit/registered-user.ts";
import type { SeededRandom } from "../kit/seeded-random.ts";
import { Person } from "./person.ts";
import type { World } from "./world.ts";

const WIDTH = 8;
const GROUP_SIZES = [100, 60, 30, 12];
const SECOND_DEVICE = 0.15;

/** Registers people, each in a pair and in at least one group, none of them connected. */
export async function createPeople(world: World, count: number, random: SeededRandom): Promise<Person[]> {
  const { port } = world;
  const names = Array.from({ length: count }, (_, at) => `person-${at}`);
  const people = await mapConcurrently(names, WIDTH, async (handle) => {
    const { id, session } = await RegisteredUser.register(port, handle);
    const person = new Person(world, id, handle, session, random.fork(handle));
    world.people.set(id, person);
    return { person, session };
  });
  const groups = drawGroups(people, random);
  await mapConcurrently(groups, WIDTH, async ([first, ...others], at) => {
    if (!first) return;
    const members = others.map(({ person }) => person.id);
    const group = { kind: "group", nonce: randomUUID(), name: `presence ${at}`, members };
    const wanted = members.length === 1 ? { kind: "direct", user: members[0] } : group;
    await demand(port, first.session, "POST", "/v1/channels", wanted);
  });
  for (const one of people) {
    const companions = groups.filter((group) => group.includes(one)).flat();
    one.person.contacts = [...new Set(companions)].filter((each) => each !== one).map(({ person }) => person);
    one.person.devices.push(one.person.newDevice());
    if (random.chance(SECOND_DEVICE)) one.person.devices.push(one.person.newDevice());
  }
  return people.map(({ person }) => person);
}

/** Pairs of neighbours, and each person once in groups of several sizes. */
function drawGroups<T>(people: readonly T[], random: SeededRandom): T[][] {
  const groups: T[][] = [];
  for (let at = 0; at + 1 < people.length; at += 2) groups.push(people.slice(at, at + 2));
  const mixed = random.shuffle(people);
  for (let at = 0, group = 0; at < mixed.length; group++) {
    const size = GROUP_SIZES[group % GROUP_SIZES.length] ?? 0;
    groups.push(mixed.slice(at, at + size));
    at += size;
  }
  return groups.filter(({ length }) => length > 1);
}

/** Connects all devices of all people. */
export async function connectAll(people: readonly Person[]): Promise<void> {
  await mapConcurrently(people, WIDTH, async (person) => {
    for (const device of person.devices) await person.connect(device, "connected first");
  });
}
