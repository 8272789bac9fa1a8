// Drives one channel: bursts of commands, and what strikes in the middle of them.
import { setTimeout as sleep } from "node:timers/promises";
import type { Chair } from "./chair.ts";
import type { Device } from "./device.ts";
import type { Scene } from "./scene.ts";
import { type Blow, nextRound, UNANSWERED_AT_FAULT } from "./script.ts";
import type { Seat } from "./seat.ts";
import type { Service } from "./service.ts";
import type { Tally } from "./tally.ts";

/** The next burst begins when this few are unanswered, or after that time: who is cut off must not hold up the others. */
const CALM_AGAIN = 20;
const ROUND_MS = 4_000;
const POLLING_SHARE = 5;
const RECOVERED_WITHIN_MS = 60_000;

export class Director {
  readonly #scene: Scene;
  readonly #service: Service;
  readonly #tally: Tally;
  readonly #isOver: () => boolean;
  /** Objects that are to be evicted. */
  readonly #leaving = new Set<string>();

  constructor(scene: Scene, service: Service, tally: Tally, isOver: () => boolean) {
    this.#scene = scene;
    this.#service = service;
    this.#tally = tally;
    this.#isOver = isOver;
  }

  async run(): Promise<void> {
    const { chairs, devices, dice, ledger } = this.#scene;
    const script = dice.for("script");
    while (!this.#isOver()) {
      const round = nextRound(script, chairs.length, devices.length);
      const end = sleep(ROUND_MS);
      this.burst(round.burst, round.storm);
      for (let i = 0; i < round.lateRetries; i++) this.#scene.repeatOld(dice);
      for (let i = 0; i < round.forgeries; i++) this.#scene.forgeOld(dice);
      for (const { unanswered, blow } of round.blows) {
        await Promise.race([ledger.until(unanswered), end]);
        if (!this.#isOver()) this.#strike(blow);
      }
      await Promise.race([ledger.until(CALM_AGAIN), end]);
      // While the server is down people go on writing, but not without end.
      while (!this.#service.isUp && !this.#isOver()) await sleep(20);
    }
  }

  /** Everybody says something at once; those who poll say less, because they hear late that it was taken. */
  burst(each: number, storm: number): void {
    const { chairs, devices, dice, talk } = this.#scene;
    const say = (seat: Chair | Device) => seat.say(talk.next(seat.person.id, dice));
    for (let i = 0; i < each; i++) {
      for (const chair of dice.shuffle(chairs)) if (i % POLLING_SHARE === 0 || !chair.person.isPolling) say(chair);
    }
    for (let i = 0; i < storm; i++) for (const device of devices) say(device);
  }

  #strike(blow: Blow): void {
    if (!this.#service.isUp) return;
    if (blow.kind === "evict") void this.#evict(blow);
    else this.#cut(blow);
  }

  async #evict({ className, webSockets, seat }: Extract<Blow, { kind: "evict" }>): Promise<void> {
    const { channel, chairs } = this.#scene;
    const name = className === "ChannelObject" ? channel : chairs[seat]?.person.id;
    if (name === undefined || this.#leaving.has(name)) return;
    // It takes effect as soon as the object is not in the middle of something; two at once would be one.
    this.#leaving.add(name);
    if (await this.#service.evict({ className, name, webSockets })) this.#tally.evictions++;
    this.#leaving.delete(name);
  }

  #cut(blow: Extract<Blow, { kind: "cut" }>): void {
    const { seats, dice, ledger, chairs } = this.#scene;
    const seat = seats[blow.seat];
    const line = seat?.line();
    if (!seat || !line) return;
    if (ledger.unansweredSends < UNANSWERED_AT_FAULT) {
      this.#tally.postponed++;
      this.burst(Math.ceil((2 * UNANSWERED_AT_FAULT) / chairs.length), 0);
    }
    this.#tally.cuts++;
    this.#tally.struck(ledger.unansweredSends);
    const lines = blow.everything ? seat.lines() : [line];
    const { arrivals } = seat.presence;
    const struckAt = performance.now();
    // A line that had been dead for long says so: it was not this cut that broke it.
    void Promise.all(lines.map((one) => one.cut(blow.how, dice))).then((broken) =>
      this.#recovery(seat, arrivals, Math.max(struckAt, Math.min(...broken))),
    );
  }

  /** From the moment both ends could know of the cut until the client is live again; a kill in between makes it another story. */
  async #recovery(seat: Seat, arrivals: number, since: number): Promise<void> {
    const { kills } = this.#tally;
    const back = await Promise.race([seat.presence.next(arrivals), sleep(RECOVERED_WITHIN_MS, null, { ref: false })]);
    if (this.#tally.kills !== kills || this.#isOver()) return;
    if (back === null) this.#scene.faults.add("stuck", `${seat.name} was not back within a minute of its cut`);
    else this.#tally.recoveriesMs.cut.push(back - since);
  }
}
