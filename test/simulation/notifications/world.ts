// What everybody in a run shares.
import { setTimeout as sleep } from "node:timers/promises";
import type { Dice } from "../faults/dice.ts";
import type { Door } from "./door.ts";
import type { Front } from "./front.ts";
import type { Ledger, Talk } from "./ledger.ts";
import type { Office } from "./office.ts";

export class World {
  readonly port: number;
  readonly door: Door;
  readonly ledger: Ledger;
  readonly office: Office;
  readonly front: Front;
  readonly dice: Dice;
  /** Channels in which nobody speaks until then, so that nothing newer covers what is lost. */
  readonly heldUntil = new Map<string, number>();
  readonly #end = new AbortController();

  constructor(port: number, parts: Pick<World, "door" | "ledger" | "office" | "front" | "dice">) {
    this.port = port;
    this.door = parts.door;
    this.ledger = parts.ledger;
    this.office = parts.office;
    this.front = parts.front;
    this.dice = parts.dice;
  }

  get isOver(): boolean {
    return this.#end.signal.aborted;
  }

  /** Nobody begins anything any more. */
  end(): void {
    this.#end.abort();
  }

  isHeld({ id }: Talk): boolean {
    return (this.heldUntil.get(id) ?? 0) > Date.now();
  }

  /** Whether there is time left after so long. */
  async pause(ms: number): Promise<boolean> {
    try {
      await sleep(ms, null, { signal: this.#end.signal });
    } catch {
      // It is over.
    }
    return !this.isOver;
  }

  /** As long as that on average, and as irregular as people are. */
  pauseAbout(ms: number, dice: Dice): Promise<boolean> {
    return this.pause(-Math.log(1 - dice.roll()) * ms);
  }
}
