// The people of a run and the channels that they share.
import { randomUUID } from "node:crypto";
import type { ChannelHistory } from "./history.ts";
import { Person } from "./person.ts";
import type { World } from "./world.ts";

/**
 * What a person does during the run. A `writer` sends over HTTP and is notified of what others
 * send.
 */
export type Behaviour = "writer" | "offline" | "idle" | "present" | "reader" | "commuter" | "choosy";

export interface PopulationSize {
  people: Readonly<Record<Behaviour, number>>;
  groups: number;
  /** Members of a group besides two writers. */
  guests: number;
}

export interface Participant {
  person: Person;
  behaviour: Behaviour;
  /** The direct channel with one of the writers. */
  direct: ChannelHistory | null;
}

export interface Group {
  channel: ChannelHistory;
  owner: Person;
  writers: Person[];
}

export interface Population {
  participants: Participant[];
  /** The writer of each direct channel, by channel id. */
  writerOf: Map<string, Person>;
  groups: Group[];
}

const names = ["김민준", "이서연", "박지호", "Nguyễn Ân", "Zoë Müller", "최하은 🌸", "Ólafur", "정도윤"];
const BATCH = 8;

export async function createPopulation(world: World, size: PopulationSize): Promise<Population> {
  const random = world.random.fork("cast");
  const behaviours = Object.entries(size.people).flatMap(([behaviour, count]) =>
    Array<Behaviour>(count).fill(behaviour as Behaviour),
  );
  const participants: Participant[] = [];
  await inBatches(behaviours, async (behaviour, at) => {
    const person = await Person.register(world, `guest-${at}`, `${names[at % names.length]} ${at}`);
    for (let left = random.between(1, 3); left > 0; left--) await person.addDevice();
    participants.push({ person, behaviour, direct: null });
  });
  const writers = participants.filter(({ behaviour }) => behaviour === "writer").map(({ person }) => person);
  const others = participants.filter(({ behaviour }) => behaviour !== "writer");
  const writerOf = new Map<string, Person>();
  await inBatches(others, async (member, at) => {
    const writer = itemAt(writers, at);
    const body = { kind: "direct", user: member.person.id };
    member.direct = await open(world, writer, "direct", "", body, [writer, member.person]);
    writerOf.set(member.direct.id, writer);
  });
  const groups: Group[] = [];
  await inBatches([...Array(size.groups).keys()], async (_, at) => {
    const both = [itemAt(writers, at), itemAt(writers, at + 1)];
    const guests = random.shuffle(others.map(({ person }) => person)).slice(0, size.guests);
    const owner = itemAt(both, 0);
    const name = `모임 ${at} 🗂️`;
    const members = [...new Set([...both, ...guests])];
    const invited = members.filter((person) => person !== owner).map(({ id }) => id);
    const body = { kind: "group", nonce: randomUUID(), name, members: invited };
    groups.push({ channel: await open(world, owner, "group", name, body, members), owner, writers: both });
  });
  return { participants, writerOf, groups };
}

async function open(
  { http, history }: World,
  by: Person,
  kind: "direct" | "group",
  name: string,
  body: object,
  members: readonly Person[],
): Promise<ChannelHistory> {
  const { value } = await http.ask<{ id: string }>({ method: "POST", path: "/v1/channels", token: by.token, body });
  return history.addChannel(
    value.id,
    kind,
    name,
    members.map(({ id }) => id),
  );
}

const itemAt = <T>(list: readonly T[], at: number): T => {
  const one = list[at % list.length];
  if (one === undefined) throw new Error("the list is empty");
  return one;
};

async function inBatches<T>(list: readonly T[], work: (one: T, at: number) => Promise<void>): Promise<void> {
  for (let at = 0; at < list.length; at += BATCH) {
    await Promise.all(list.slice(at, at + BATCH).map((one, place) => work(one, at + place)));
  }
}
