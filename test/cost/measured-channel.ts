// A measured channel and its members: some are viewers, some are online elsewhere, the others are
// offline.
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
  /** Whether the offline members have a device that is subscribed to push. */
  hasDevices: boolean;
}

export const sizes: readonly Size[] = [
  { members: 2, attached: 2, elsewhere: 0, hasDevices: true },
  { members: 10, attached: 3, elsewhere: 2, hasDevices: true },
  { members: 100, attached: 10, elsewhere: 10, hasDevices: false },
  { members: 100, attached: 10, elsewhere: 10, hasDevices: true },
];

export const nameOf = ({ members, hasDevices }: Size): string => `${members}${hasDevices ? "" : " without devices"}`;

const WIDTH = 8;
const MINUTE_MS = 60_000;
const PER_MINUTE = 10;
const createdChannel = z.object({ id: z.string() });

export class MeasuredChannel {
  readonly attached: Member[];
  readonly elsewhere: Member[];
  readonly away: Member[];
  readonly size: Size;
  readonly channel: string;
  readonly #random: SeededRandom;
  #sent = 0;

  private constructor(size: Size, channel: string, members: Member[], random: SeededRandom) {
    this.size = size;
    this.channel = channel;
    this.#random = random;
    this.attached = members.slice(0, size.attached);
    this.elsewhere = members.slice(size.attached, size.attached + size.elsewhere);
    this.away = members.slice(size.attached + size.elsewhere);
  }

  /** Opens a direct channel for two people, a group for more. */
  static async open(
    port: number,
    size: Size,
    people: readonly Person[],
    random: SeededRandom,
  ): Promise<MeasuredChannel> {
    const [owner, ...others] = people;
    if (!owner) throw new Error("a channel needs an owner");
    const group = { kind: "group", nonce: randomUUID(), name: "cost", members: others.map(({ id }) => id) };
    const request = size.members === 2 ? { kind: "direct", user: others[0]?.id } : group;
    const { id } = createdChannel.parse(await ask(port, "POST", "/v1/channels", request, owner.session));
    return new MeasuredChannel(
      size,
      id,
      people.map((person) => new Member(port, person, id, random)),
      random,
    );
  }

  get members(): Member[] {
    return [...this.attached, ...this.elsewhere, ...this.away];
  }

  /**
   * Returns the channel object and the user objects, whose counts together are the cost of the
   * channel.
   */
  get objects(): string[] {
    return [this.channel, ...this.members.map(({ person }) => person.id)];
  }

  async connect(): Promise<void> {
    await mapConcurrently(this.members, WIDTH, (member) => member.connect());
    await mapConcurrently(this.attached, WIDTH, (member) => member.attach());
  }

  /** Syncs all members, so that no inbox row is dirty. Then disconnects the offline members. */
  async cleanRows(): Promise<void> {
    await mapConcurrently(this.members, WIDTH, (member) => member.sync());
    for (const member of this.away) member.leave();
  }

  /** Sends one message of the next viewer. */
  async sendOne(): Promise<void> {
    const { attached } = this;
    const author = attached[this.#sent % attached.length];
    if (!author) throw new Error("there is no viewer");
    await author.send(`${openings[Math.floor(this.#random.next() * openings.length)]} (${++this.#sent})`);
  }

  /** Sends ten messages a minute at random times. Returns how many. */
  async converse(forMs: number): Promise<number> {
    const count = Math.round((forMs / MINUTE_MS) * PER_MINUTE);
    const begin = performance.now();
    const times: number[] = [];
    // Ten in each minute, at random times.
    for (let at = 0; at < count; at++) {
      const from = Math.floor(at / PER_MINUTE) * MINUTE_MS;
      times.push(from + this.#random.between(0, Math.min(MINUTE_MS, forMs - from)));
    }
    for (const time of times.sort((one, other) => one - other)) {
      await delay(Math.max(0, time - (performance.now() - begin)));
      await this.sendOne();
    }
    return count;
  }

  /** Closes the channel for all viewers. */
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
