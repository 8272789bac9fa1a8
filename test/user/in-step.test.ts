// Several devices of one person, one of which acts. The others must show what was acknowledged,
// whether they are connected, sync again or connect at that moment, even if an object loses its
// memory. `RUNS` is the number of trials; `SEED` draws other ones.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { SeededRandom } from "../simulation/kit/seeded-random";
import { call, openDirect, type Person, register, request } from "../support/http";
import { perform } from "../support/poll";
import { runs } from "../support/runs";
import { accessToken, composedAt, epochOf, join } from "../support/socket";
import { Phone, type Shown } from "./phone";

const TRIALS = runs(60, 3_000);
const SEED = Number(process.env.SEED || 1);
/** Trials of one pair of people before their idle devices are compared. */
const BATCH = 25;
/** Pairs that run at the same time. */
const LANES = 40;
/**
 * A device that does not sync gets the change after the longest pause between two deliveries to a
 * viewer.
 */
const HEARD_MS = 4_000;
/** If an object lost its memory during a delivery, the alarm repeats the delivery. */
const REPAIRED_MS = 14_000;
const REST_MS = 15_000;
/** The time that one frame takes. */
const AT_ONCE_MS = 50;

const acts = ["mark", "unmark", "send", "draft", "mute"] as const;
/** How the other device gets the change. */
const ways = ["listens", "asks", "comes"] as const;
type Act = (typeof acts)[number];
type Way = (typeof ways)[number];

interface Sight {
  act: Act;
  way: Way;
  /** Measured from the acknowledgement or the answer to the sync. */
  ms: number;
  hasForgotten: boolean;
}

const pick = <T>(random: SeededRandom, items: readonly T[]): T => items[Math.floor(random.next() * items.length)] as T;
const below = (random: SeededRandom, end: number): number => Math.floor(random.next() * end);

const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);
/** Polling with assertions is slow, so the condition is checked directly. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 10));

class Pair {
  /** The seqs of the messages to the person. */
  readonly #written: number[] = [];
  #head = 0;
  #read = 0;
  #unreadFrom: number | null = null;
  #draft = "";
  #mutedUntil = 0;
  /**
   * Whether the newest mark came with a message over HTTP. Such a mark is only in memory until the
   * next alarm.
   */
  #isLoose = false;

  private constructor(
    private readonly random: SeededRandom,
    private readonly alice: Person,
    private readonly bob: Person,
    private readonly channel: string,
    private readonly epoch: string,
    /** One device that acts, one that observes, and one that is idle. */
    private readonly phones: readonly [Phone, Phone, Phone],
  ) {}

  static async open(random: SeededRandom): Promise<Pair> {
    const [alice, bob] = [await register("alice"), await register("bob")];
    const channel = await openDirect(alice, bob);
    const device = await join(alice, channel);
    const epoch = await epochOf(device);
    device.close();
    // With access tokens, so that commands need no lookup in the directory.
    const access = await accessToken(bob.token);
    const [author, reader] = [
      { ...alice, token: await accessToken(alice.token) },
      { ...bob, token: access },
    ];
    // Half of the clients name their device; older clients do not.
    const phone = () => new Phone(bob.id, channel, access, random.next() < 0.5 ? crypto.randomUUID() : null);
    const pair = new Pair(random, author, reader, channel, epoch, [phone(), phone(), phone()]);
    await pair.phones[2].come();
    await pair.#write();
    return pair;
  }

  async trial(): Promise<Sight> {
    const { random, phones } = this;
    const [doer, looker, third] = phones;
    const act = pick(random, acts);
    const way = pick(random, ways);
    if (random.next() < 0.3) await (doer.isOnline ? doer.leave() : doer.come());
    if (random.next() < 0.3) await (doer.isLooking ? doer.lookAway() : doer.look());
    if (random.next() < 0.3) await (third.isOnline ? third.leave() : third.come());
    if (way === "comes") looker.leave();
    else if (!looker.isOnline) await looker.come();
    if (random.next() < 0.2) await (looker.isLooking ? looker.lookAway() : looker.look());
    if (random.next() < 0.5) await this.#write();
    const place = random.next();
    if (place < 0.05) await this.#evict();
    await this.#do(act, doer);
    if (place > 0.95) await this.#evict();
    const hasForgotten = place < 0.05 || place > 0.95;
    const ms = await this.#see(act, way, looker, hasForgotten ? REPAIRED_MS : HEARD_MS);
    return { act, way, ms, hasForgotten };
  }

  /** Checks that all devices show the same correct state. Returns the number of unread messages. */
  async rest(): Promise<number> {
    for (const phone of this.phones) {
      phone.lookAway();
      if (!phone.isOnline) await phone.come();
    }
    const deadline = performance.now() + REST_MS;
    const isLevel = () => this.phones.every((phone) => isSame(phone.shown(), this.#truth));
    while (!isLevel() && performance.now() < deadline) await pause();
    for (const phone of this.phones) expect(phone.shown()).toEqual(this.#truth);
    return this.#truth.unread;
  }

  leave(): void {
    for (const phone of this.phones) phone.leave();
  }

  get #truth(): Shown {
    const from = this.#unreadFrom === null ? this.#read : Math.min(this.#read, this.#unreadFrom - 1);
    return {
      head: this.#head,
      read: this.#read,
      unreadFrom: this.#unreadFrom,
      unread: Math.min(100, this.#written.filter((seq) => seq > from).length),
      draft: this.#draft,
      mutedUntil: this.#mutedUntil,
    };
  }

  /** Sends a message to the person. */
  async #write(): Promise<void> {
    const command = { id: "1", type: "message.send", ...composedAt(this.epoch, this.#head), text: "hello" };
    const [answer] = await perform(this.alice, this.channel, [command]);
    expect(answer).toMatchObject({ type: "ack", seq: ++this.#head });
    this.#written.push(this.#head);
  }

  async #do(act: Act, phone: Phone): Promise<void> {
    const { random } = this;
    if (act === "draft") {
      this.#draft = random.next() < 0.2 ? "" : `draft ${below(random, 1_000_000)}`;
      await this.#put("draft", { text: this.#draft });
    } else if (act === "mute") {
      this.#mutedUntil = random.next() < 0.3 ? 0 : 2_000_000_000_000 + below(random, 1_000_000);
      await this.#put("mute", { until: this.#mutedUntil });
    } else if (act === "send") {
      this.#isLoose = !phone.isLooking;
      this.#head = await this.#ask(phone, { type: "message.send", ...composedAt(this.epoch, this.#head), text: "me" });
      this.#markTo(this.#head);
    } else if (act === "mark") {
      const seq = 1 + below(random, this.#head);
      this.#markTo(seq);
      expect(await this.#ask(phone, { type: "read.mark", seq })).toBe(this.#read);
    } else {
      this.#unreadFrom = 1 + below(random, this.#head);
      expect(await this.#ask(phone, { type: "read.unmark", seq: this.#unreadFrom })).toBe(this.#read);
    }
  }

  #markTo(seq: number): void {
    this.#read = Math.max(this.#read, seq);
    if (this.#unreadFrom !== null && seq >= this.#unreadFrom) this.#unreadFrom = null;
  }

  /**
   * Sends on the channel's socket if it is open, otherwise over HTTP. Returns the seq of the
   * acknowledgement.
   */
  async #ask(phone: Phone, command: Parameters<Phone["ask"]>[0]): Promise<number> {
    if (phone.isLooking) return await phone.ask(command);
    const [answer] = await perform(this.bob, this.channel, [{ id: "1", ...command }]);
    if (answer?.type !== "ack") throw new Error(`${command.type} was answered ${JSON.stringify(answer)}`);
    return answer.seq;
  }

  async #put(what: "draft" | "mute", body: object): Promise<void> {
    const sent = { method: "PUT", token: this.bob.token, body };
    expect((await request(`/v1/channels/${this.channel}/${what}`, sent)).status).toBe(204);
  }

  /**
   * Makes an object lose its memory. Clients reconnect and repeat their marks as they do on
   * attaching.
   */
  async #evict(): Promise<void> {
    const webSockets = pick(this.random, ["hibernate", "close"] as const);
    const which = pick(this.random, ["channel", "user"] as const);
    const stub = which === "channel" ? env.CHANNELS.getByName(this.channel) : env.USERS.getByName(this.bob.id);
    try {
      await evictDurableObject(stub, { webSockets });
    } catch (error) {
      // The object has just hibernated by itself, with its sockets.
      if (!String(error).includes("not currently running")) throw error;
      return;
    }
    if (webSockets === "close") for (const phone of this.phones) await phone.reopen(which);
    const isLost = which === "channel" && (webSockets === "close" || this.#isLoose);
    if (!isLost || (this.#unreadFrom !== null && this.#read >= this.#unreadFrom)) return;
    const sent = { method: "PUT", token: this.bob.token, body: { seq: this.#read } };
    expect(await call(`/v1/channels/${this.channel}/read`, sent)).toEqual({ seq: this.#read });
  }

  /** Resolves when the device shows the change, with the time that this took. */
  async #see(act: Act, way: Way, phone: Phone, withinMs: number): Promise<number> {
    if (way === "asks") await phone.sync();
    if (way === "comes") await phone.come();
    const begun = performance.now();
    const truth = this.#truth;
    const what = (shown: Shown): Partial<Shown> => {
      if (act === "draft") return { draft: shown.draft };
      if (act === "mute") return { mutedUntil: shown.mutedUntil };
      const { head, read, unreadFrom } = shown;
      if (act === "send") return { head, read };
      // A viewer does not get the change in the inbox.
      return phone.isLooking ? { read } : { read, unreadFrom };
    };
    const isShown = () => isSame(what(phone.shown()), what(truth));
    while (!isShown() && performance.now() - begun < withinMs) await pause();
    expect(what(phone.shown()), `${act}, ${way}`).toEqual(what(truth));
    return performance.now() - begun;
  }
}

test("the devices of a person see whatever one of them does", { timeout: TRIALS * 2_000 + 60_000 }, async () => {
  const sights: Sight[] = [];
  const unread: number[] = [];
  let begun = 0;
  const lane = async (number: number) => {
    const random = new SeededRandom("", SEED * 1_000 + number);
    while (begun < TRIALS) {
      const trials = Math.min(BATCH, TRIALS - begun);
      begun += trials;
      const pair = await Pair.open(random);
      for (let trial = 0; trial < trials; trial++) sights.push(await pair.trial());
      unread.push(await pair.rest());
      pair.leave();
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
  expect(sights).toHaveLength(TRIALS);
  for (const way of ways)
    for (const act of acts)
      console.log(
        summaryOf(
          act,
          way,
          sights.filter((sight) => sight.way === way && sight.act === act),
        ),
      );
  console.log(
    `${sights.filter((sight) => sight.hasForgotten).length} objects forgot; at rest ${unread.length} times, with ${Math.max(...unread)} unread at most`,
  );
});

function summaryOf(act: Act, way: Way, sights: readonly Sight[]): string {
  const late = (some: readonly Sight[]) => some.map(({ ms }) => ms).filter((ms) => ms >= AT_ONCE_MS);
  const summary = (lates: readonly number[]) =>
    `${lates.length} later than at once, by ${Math.max(0, ...lates).toFixed(0)} ms at most`;
  const [withLoss, withoutLoss] = [
    sights.filter(({ hasForgotten }) => hasForgotten),
    sights.filter(({ hasForgotten }) => !hasForgotten),
  ];
  return `${act}, ${way}: ${withoutLoss.length} trials, ${summary(late(withoutLoss))}; ${withLoss.length} with an object that forgot, ${summary(late(withLoss))}`;
}
