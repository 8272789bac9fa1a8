// What people do by habit: come and go, open a channel and leave it, want to be told and then not. Right after each change somebody writes to them.
import type { Dice } from "../faults/dice.ts";
import type { Cast, Member } from "./cast.ts";
import type { Talk } from "./ledger.ts";
import type { Person } from "./person.ts";
import { say } from "./speaking.ts";
import type { World } from "./world.ts";

interface Life {
  world: World;
  person: Person;
  direct: Talk;
  writer: Person;
  /** Channels they are in. */
  talks: Talk[];
  /** Who speaks in a group. */
  authors: Map<string, Person>;
  dice: Dice;
}

const STAY_MS = 20_000;

export async function live(world: World, cast: Cast): Promise<void> {
  await Promise.all(cast.members.map((member) => liveOne(world, cast, member)));
}

async function liveOne(world: World, cast: Cast, { person, habit, direct }: Member): Promise<void> {
  const writer = cast.writerOf.get(direct?.id ?? "");
  if (!direct || !writer) return;
  const talks = [...world.ledger.talks.values()].filter(({ seats }) => seats.has(person.id));
  const authors = new Map(cast.groups.map(({ talk, owner }) => [talk.id, owner]));
  const life: Life = { world, person, direct, writer, talks, authors, dice: world.dice.for(`habits ${person.handle}`) };
  if (habit === "idle" || habit === "present") await person.arrive(habit === "idle" ? "idle" : "active");
  if (habit === "reader") await readAndLeave(life);
  if (habit === "commuter") await comeAndGo(life);
  if (habit === "choosy") await choose(life);
}

async function comeAndGo(life: Life): Promise<void> {
  const { world, person, dice } = life;
  while (await stay(life)) {
    const how = dice.pick(["active", "idle"] as const);
    await person.arrive(how);
    await write(life, life.direct);
    if (await stay(life)) await write(life, life.direct);
    // To the run's end where it has come.
    if (world.isOver) return;
    person.leave();
    await write(life, life.direct);
  }
}

async function readAndLeave(life: Life): Promise<void> {
  const { world, person, direct, dice } = life;
  while (await stay(life)) {
    await person.look(direct);
    await write(life, direct);
    if (dice.chance(0.5)) await person.read(direct);
    await stay(life);
    if (world.isOver) return;
    person.lookAway();
  }
}

async function choose(life: Life): Promise<void> {
  const { world, person, dice, talks } = life;
  while (await stay(life)) {
    const talk = dice.chance(0.5) ? life.direct : dice.pick(talks);
    const seat = person.seat(talk);
    const { quiet, undisturbed, previews } = person.actor;
    switch (dice.pick(["mute", "level", "quiet", "undisturbed", "previews"] as const)) {
      case "mute":
        await person.setMuted(talk, !seat.muted.latest);
        break;
      case "level":
        await person.setLevel(talk, seat.level.latest === "all" ? dice.pick(["mentions", "nothing"] as const) : "all");
        break;
      case "quiet":
        await person.setQuiet(!quiet.latest);
        break;
      case "undisturbed":
        await person.setUndisturbed(!undisturbed.latest);
        break;
      case "previews":
        await person.setPreviews(!previews.latest);
        break;
    }
    if (!world.isOver) await write(life, talk);
  }
}

async function write({ world, person, writer, authors, dice }: Life, talk: Talk): Promise<void> {
  if (world.isHeld(talk)) return;
  const author = authors.get(talk.id);
  if (!author) await say(world, talk, writer, dice);
  else await say(world, talk, author, dice, { people: dice.chance(0.5) ? [person] : [] });
}

const stay = ({ world, dice }: Life): Promise<boolean> => world.pause(STAY_MS * (0.5 + dice.roll()));
