// A channel and its members: some look at it, some are awake elsewhere, the others are away.
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { mapConcurrently } from "../simulation/kit/concurrency.ts";
import { ask, type Person } from "../simulation/kit/population.ts";
import type { SeededRandom } from "../simulation/kit/seeded-random.ts";
import { Member } from "./member.ts";

export interface Size {
  members: number;
  attached: number;
  elsewhere: number;
  /** Whoever is away has a device that is told. */
  isTold: boolean;
}

export const sizes: readonly Size[] = [
  { members: 2, attached: 2, elsewhere: 0, isTold: true },
  { members: 10, attached: 3, elsewhere: 2, isTold: true },
  { members: 100, attached: 10, elsewhere: 10, isTold: false },
  { members: 100, attached: 10, elsewhere: 10, isTold: true },
];

export const nameOf = ({ members, isTold }: Size): string => `${members}${isTold ? "" : " without devices"}`;

const WIDTH = 8;
const MINUTE_MS = 60_000;
const PER_MINUTE = 10;
const made = z.object({ id: z.string() });

export class Company {
  readonly attached: Member[];
  readonly elsewhere: Member[];
  readonly away: Member[];
  readonly size: Size;
  readonly channel: string;
  readonly #random: SeededRandom;
  #said = 0;

  private constructor(size: Size, channel: string, members: Member[], random: SeededRandom) {
    this.size = size;
    this.channel = channel;
    this.#random = random;
    this.attached = members.slice(0, size.attached);
    this.elsewhere = members.slice(size.attached, size.attached + size.elsewhere);
    this.away = members.slice(size.attached + size.elsewhere);
  }

  /** Two people have a direct channel, more a group. */
  static async open(port: number, size: Size, people: readonly Person[], random: SeededRandom): Promise<Company> {
    const [owner, ...others] = people;
    if (!owner) throw new Error("a channel needs an owner");
    const group = { kind: "group", nonce: randomUUID(), name: "cost", members: others.map(({ id }) => id) };
    const wanted = size.members === 2 ? { kind: "direct", user: others[0]?.id } : group;
    const { id } = made.parse(await ask(port, "POST", "/v1/channels", wanted, owner.session));
    return new Company(
      size,
      id,
      people.map((person) => new Member(port, person, id, random)),
      random,
    );
  }

  get members(): Member[] {
    return [...this.attached, ...this.elsewhere, ...this.away];
  }

  /** The objects whose counts are its counts. */
  get objects(): string[] {
    return [this.channel, ...this.members.map(({ person }) => person.id)];
  }

  async come(): Promise<void> {
    await mapConcurrently(this.members, WIDTH, (member) => member.come());
    await mapConcurrently(this.attached, WIDTH, (member) => member.attach());
  }

  /** Everybody asks for their inbox, so that no row is stale; those who are away go away then. */
  async clean(): Promise<void> {
    await mapConcurrently(this.members, WIDTH, (member) => member.sync());
    for (const member of this.away) member.leave();
  }

  /** One message, by the next of those who look on. */
  async say(): Promise<void> {
    const { attached } = this;
    const author = attached[this.#said % attached.length];
    if (!author) throw new Error("nobody to say anything");
    await author.say(`${openings[Math.floor(this.#random.next() * openings.length)]} (${++this.#said})`);
  }

  /** Ten messages a minute, when it occurs to people; answers how many. */
  async talk(forMs: number): Promise<number> {
    const count = Math.round((forMs / MINUTE_MS) * PER_MINUTE);
    const begin = performance.now();
    const times: number[] = [];
    // Ten in every minute, anywhere in it.
    for (let at = 0; at < count; at++) {
      const from = Math.floor(at / PER_MINUTE) * MINUTE_MS;
      times.push(from + this.#random.uniform(0, Math.min(MINUTE_MS, forMs - from)));
    }
    for (const time of times.sort((one, other) => one - other)) {
      await delay(Math.max(0, time - (performance.now() - begin)));
      await this.say();
    }
    return count;
  }

  /** Nobody looks any more. */
  detach(): void {
    for (const member of this.attached) member.detach();
  }

  leave(): void {
    for (const member of this.members) member.leave();
  }
}

const openings = [
  "Shall we meet at nine, or is that too early for everybody?",
  "The build is green again, thanks for looking into the flaky test yesterday evening.",
  "ok",
  "I have put the notes of the meeting into the folder; please add what I forgot.",
  "Who has the key to the bicycle cellar?",
  "That sounds good to me, let us try it next week and see how it goes.",
  "Lunch?",
  "The customer asks whether the export can be had as a spreadsheet as well, with one row a day and the totals below.",
];
