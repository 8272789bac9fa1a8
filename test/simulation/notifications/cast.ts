// Who takes part in a run, and which channels they share.
import { randomUUID } from "node:crypto";
import type { Talk } from "./ledger.ts";
import { Person } from "./person.ts";
import type { World } from "./world.ts";

/** How somebody lives through the run. `writer`: speaks over HTTP, and is told of what others write. */
export type Habit = "writer" | "offline" | "idle" | "present" | "reader" | "commuter" | "choosy";

export interface Size {
  people: Readonly<Record<Habit, number>>;
  groups: number;
  /** Of a group, besides two writers. */
  guests: number;
}

export interface Member {
  person: Person;
  habit: Habit;
  /** With one of the writers. */
  direct: Talk | null;
}

export interface Group {
  talk: Talk;
  owner: Person;
  writers: Person[];
}

export interface Cast {
  members: Member[];
  /** The writer of each direct channel, by channel. */
  writerOf: Map<string, Person>;
  groups: Group[];
}

const families = ["김민준", "이서연", "박지호", "Nguyễn Ân", "Zoë Müller", "최하은 🌸", "Ólafur", "정도윤"];
const AT_ONCE = 8;

export async function gather(world: World, size: Size): Promise<Cast> {
  const dice = world.dice.for("cast");
  const habits = Object.entries(size.people).flatMap(([habit, count]) => Array<Habit>(count).fill(habit as Habit));
  const members: Member[] = [];
  await inParts(habits, async (habit, at) => {
    const person = await Person.register(world, `guest-${at}`, `${families[at % families.length]} ${at}`);
    for (let left = dice.between(1, 3); left > 0; left--) await person.addDevice();
    members.push({ person, habit, direct: null });
  });
  const writers = members.filter(({ habit }) => habit === "writer").map(({ person }) => person);
  const others = members.filter(({ habit }) => habit !== "writer");
  const writerOf = new Map<string, Person>();
  await inParts(others, async (member, at) => {
    const writer = pickAt(writers, at);
    const body = { kind: "direct", user: member.person.id };
    member.direct = await open(world, writer, "direct", "", body, [writer, member.person]);
    writerOf.set(member.direct.id, writer);
  });
  const groups: Group[] = [];
  await inParts([...Array(size.groups).keys()], async (_, at) => {
    const both = [pickAt(writers, at), pickAt(writers, at + 1)];
    const guests = dice.shuffle(others.map(({ person }) => person)).slice(0, size.guests);
    const owner = pickAt(both, 0);
    const name = `모임 ${at} 🗂️`;
    const members = [...new Set([...both, ...guests])];
    const invited = members.filter((person) => person !== owner).map(({ id }) => id);
    const body = { kind: "group", nonce: randomUUID(), name, members: invited };
    groups.push({ talk: await open(world, owner, "group", name, body, members), owner, writers: both });
  });
  return { members, writerOf, groups };
}

async function open(
  { door, ledger }: World,
  by: Person,
  kind: "direct" | "group",
  name: string,
  body: object,
  members: readonly Person[],
): Promise<Talk> {
  const { value } = await door.ask<{ id: string }>({ method: "POST", path: "/v1/channels", token: by.token, body });
  return ledger.addTalk(
    value.id,
    kind,
    name,
    members.map(({ id }) => id),
  );
}

const pickAt = <T>(list: readonly T[], at: number): T => {
  const one = list[at % list.length];
  if (one === undefined) throw new Error("an empty cast");
  return one;
};

async function inParts<T>(list: readonly T[], work: (one: T, at: number) => Promise<void>): Promise<void> {
  for (let at = 0; at < list.length; at += AT_ONCE) {
    await Promise.all(list.slice(at, at + AT_ONCE).map((one, place) => work(one, at + place)));
  }
}
