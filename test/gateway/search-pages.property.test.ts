// The pages of a search while messages are sent, edited, deleted and archived between them: no hit
// is repeated, and none is lost that was there from the first page to the last.
import { expect, test, vi } from "vitest";
import { SeededRandom } from "../simulation/kit/seeded-random";
import { drained, search } from "../support/archive";
import { openGroup, type Person, register } from "../support/http";
import { perform } from "../support/poll";
import { runs } from "../support/runs";
import { composedAt } from "../support/socket";
import { nameOf } from "./search-support";

const RUNS = runs(10, 150);
const SEED = 20_261_130;

vi.setConfig({ testTimeout: 60_000 * Math.max(1, RUNS / 10) });

interface Said {
  channel: string;
  seq: number;
  /** Whether it matches the search now; whether it has matched since the first page. */
  matches: boolean;
  hasStayed: boolean;
}

class World {
  readonly messages: Said[] = [];

  constructor(
    readonly author: Person,
    readonly channels: readonly string[],
    private readonly random: SeededRandom,
  ) {}

  below(bound: number): number {
    return Math.floor(this.random.next() * bound);
  }

  one<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }

  async #perform(channel: string, commands: object[]): Promise<number[]> {
    const composed = commands.map((command, i) => ({ id: String(i), ...composedAt("none", 0), ...command }));
    return (await perform(this.author, channel, composed)).map((frame) => {
      if (frame.type !== "ack") throw new Error(JSON.stringify(frame));
      return frame.seq;
    });
  }

  /** Sends some messages at once, most of the same millisecond. */
  async send(): Promise<void> {
    const channel = this.one(this.channels) ?? "";
    const matching = Array.from({ length: 1 + this.below(6) }, () => this.below(4) > 0);
    const texts = matching.map((matches, i) => ({ type: "message.send", text: matches ? `walnut ${i}` : "other" }));
    const seqs = await this.#perform(channel, texts);
    for (const [i, seq] of seqs.entries())
      this.messages.push({ channel, seq, matches: matching[i] === true, hasStayed: false });
  }

  async edit(): Promise<void> {
    const message = this.one(this.messages);
    if (!message) return;
    message.matches = this.below(2) === 0;
    message.hasStayed &&= message.matches;
    const text = message.matches ? `walnut, edited ${this.below(1_000)}` : "edited to something else";
    await this.#perform(message.channel, [{ type: "message.edit", seq: message.seq, text }]);
  }

  async delete(): Promise<void> {
    const index = this.below(this.messages.length);
    const [message] = this.messages.splice(index, 1);
    if (message) await this.#perform(message.channel, [{ type: "message.delete", seq: message.seq }]);
  }

  async archive(): Promise<void> {
    await drained(this.one(this.channels) ?? "");
  }

  async step(): Promise<void> {
    const step = this.below(8);
    if (step < 4) await this.send();
    else if (step < 6) await this.edit();
    else if (step < 7) await this.delete();
    else await this.archive();
  }
}

test("[S183] pages neither repeat nor lose a hit, whatever moves between them", async () => {
  const random = new SeededRandom("", SEED);
  for (let run = 0; run < RUNS; run++) {
    const [alice, bob] = [await register("alice"), await register("bob")];
    const channels = [await openGroup(alice, [bob]), await openGroup(alice, [bob]), await openGroup(alice, [bob])];
    const world = new World(alice, channels, random);
    for (let i = 0; i < 12; i++) await world.step();
    const limit = 1 + world.below(6);
    for (const message of world.messages) message.hasStayed = message.matches;
    const expectedFirst = world.messages.filter(({ matches }) => matches).length;
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await search(bob, "walnut", { limit, ...(cursor !== null && { cursor }) });
      expect(page.incomplete).toBeUndefined();
      if (cursor === null) expect(page.items).toHaveLength(Math.min(limit, expectedFirst));
      seen.push(...page.items.map(nameOf));
      cursor = page.next;
      for (let i = world.below(4); i > 0; i--) await world.step();
    } while (cursor !== null);
    const context = `run ${run}, pages of ${limit}`;
    expect(new Set(seen).size, context).toBe(seen.length);
    const stayed = world.messages.filter(({ hasStayed }) => hasStayed).map(nameOf);
    expect(
      stayed.filter((name) => !seen.includes(name)),
      context,
    ).toEqual([]);
  }
});
