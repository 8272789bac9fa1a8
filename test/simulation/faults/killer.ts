// Kills the server in the middle of traffic and starts it again on the same state.
import { setTimeout as sleep } from "node:timers/promises";
import type { Dice } from "./dice.ts";
import type { Scene } from "./scene.ts";
import { UNANSWERED_AT_FAULT } from "./script.ts";
import type { Service } from "./service.ts";
import type { Tally } from "./tally.ts";

const PATIENCE_MS = 5_000;
/** Of a burst, so many have to have been answered. */
const ANSWERED_BEFORE = 20;
const RECOVERED_WITHIN_MS = 60_000;

export class Killer {
  readonly #service: Service;
  readonly #scenes: readonly Scene[];
  readonly #tally: Tally;
  readonly #dice: Dice;

  constructor(service: Service, scenes: readonly Scene[], tally: Tally, dice: Dice) {
    this.#service = service;
    this.#scenes = scenes;
    this.#tally = tally;
    this.#dice = dice;
  }

  /** So many kills, spread over that time. */
  async run(kills: number, ms: number, isOver: () => boolean): Promise<void> {
    const begun = performance.now();
    for (let kill = 0; kill < kills; kill++) {
      const at = ((kill + 0.2 + 0.6 * this.#dice.roll()) * ms) / kills;
      const wanted = this.#dice.between(UNANSWERED_AT_FAULT, 2 * UNANSWERED_AT_FAULT);
      const down = this.#dice.between(0, 500);
      while (performance.now() - begun < at && !isOver()) await sleep(20);
      await this.#amid(wanted, isOver);
      if (isOver()) return;
      await this.#kill(down);
    }
  }

  get #unansweredSends(): number {
    return this.#scenes.reduce((sum, { ledger }) => sum + ledger.unansweredSends, 0);
  }

  /** Waits until a burst has been answered down to so many: what was acknowledged a moment ago is what a kill may lose. */
  async #amid(wanted: number, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const { ledger } = this.#dice.pick(this.#scenes);
      const patience = sleep(PATIENCE_MS);
      while (!isOver() && ledger.unanswered <= wanted + ANSWERED_BEFORE) await sleep(1);
      await Promise.race([ledger.until(wanted), patience]);
      if (this.#unansweredSends >= UNANSWERED_AT_FAULT && ledger.unanswered <= wanted) return;
      this.#tally.postponed++;
    }
  }

  async #kill(downMs: number): Promise<void> {
    this.#tally.struck(this.#unansweredSends);
    this.#tally.kills++;
    const seats = this.#scenes.flatMap((scene) => scene.seats);
    const before = seats.map(({ presence }) => presence.arrivals);
    await this.#service.kill();
    await sleep(downMs);
    await this.#service.start();
    const since = performance.now();
    const { kills } = this.#tally;
    for (const [at, { presence, name }] of seats.entries()) {
      const late = sleep(RECOVERED_WITHIN_MS, null, { ref: false });
      void Promise.race([presence.next(before[at] ?? 0), late]).then((back) => {
        if (this.#tally.kills !== kills) return;
        if (back === null) this.#scenes[0]?.faults.add("stuck", `${name} was not back within a minute of a kill`);
        else this.#tally.recoveriesMs.kill.push(Math.max(0, back - since));
      });
    }
  }
}
