// Saying something in a channel, exactly once, whatever happens to the server meanwhile.
import { randomUUID } from "node:crypto";
import type { Dice } from "../faults/dice.ts";
import type { Said, Talk } from "./ledger.ts";
import type { Person } from "./person.ts";
import { compose } from "./texts.ts";
import type { World } from "./world.ts";

export interface Call {
  /** By handle. */
  people?: readonly Person[];
  /** `@channel`, which only who runs the group may say. */
  everyone?: boolean;
}

let marks = 0;

export async function say(world: World, talk: Talk, author: Person, dice: Dice, call: Call = {}): Promise<Said> {
  const { people = [], everyone = false } = call;
  const handles = [...people.map(({ handle }) => `@${handle}`), ...(everyone ? ["@channel"] : [])];
  const text = [...handles, compose(dice, `#${++marks}`)].join(" ");
  const { value, begunAt, doneAt } = await world.door.ask<{ seq: number }>({
    method: "POST",
    path: `/v1/channels/${talk.id}/messages`,
    token: author.token,
    body: { text },
    name: randomUUID(),
  });
  const calls = everyone ? [...talk.seats.keys()] : people.map(({ id }) => id);
  const said = { channel: talk.id, seq: value.seq, author: author.id, text, calls, begunAt, doneAt };
  world.ledger.say(said);
  return said;
}
