// A stretch of a run: channels of its own, traffic and faults for a while, then calm, then the whole story is compared with the
// store and forgotten. So a run of hours needs no more memory than one of minutes.
import { setTimeout as sleep } from "node:timers/promises";
import { Chair } from "./chair.ts";
import { Device } from "./device.ts";
import type { Dice } from "./dice.ts";
import { Director } from "./director.ts";
import type { Faults } from "./faults.ts";
import { Killer } from "./killer.ts";
import type { Person } from "./person.ts";
import { Scene } from "./scene.ts";
import type { Service } from "./service.ts";
import type { Tally } from "./tally.ts";
import { verify } from "./verdict.ts";

export interface Stage {
  service: Service;
  people: readonly Person[];
  faults: Faults;
  tally: Tally;
  /** Settles when there is no point in going on. */
  enough: Promise<void>;
}

/** People who have a second device, and how long everybody may take to come to rest once nothing is broken any more. */
const DEVICES = 2;
const REST_WITHIN_MS = 45_000;
const INSIST_EVERY_MS = 1_000;
const OVERTIME_MS = 30_000;

export class Chapter {
  readonly #stage: Stage;
  readonly #dice: Dice;
  readonly #scenes: Scene[] = [];

  constructor(stage: Stage, dice: Dice) {
    this.#stage = stage;
    this.#dice = dice;
  }

  get acked(): number {
    return this.#scenes.reduce((sum, { ledger }) => sum + ledger.acked, 0);
  }

  /** Those that are messages. */
  get ackedSends(): number {
    return this.#scenes.reduce((sum, { ledger }) => sum + ledger.ackedSends, 0);
  }

  get delivered(): number {
    const seats = this.#scenes.flatMap((scene) => scene.seats);
    return seats.reduce((sum, { hearing }) => sum + hearing.count, 0);
  }

  get forgeriesRefused(): number {
    return this.#scenes.reduce((sum, scene) => sum + scene.forgeriesRefused, 0);
  }

  /** `isOver`: whether there is no point in going on. */
  async run(channels: number, ms: number, kills: number, isOver: () => boolean): Promise<void> {
    const { service, tally, people } = this.#stage;
    // A held poll keeps its object awake, and what is awake is not evicted: who may poll sits in the first channel only.
    const withSockets = people.filter(({ transport }) => transport === "socket");
    const set = Array.from({ length: channels }, (_, at) =>
      this.#setUp(`channel ${at + 1}`, at === 0 ? people : withSockets),
    );
    this.#scenes.push(...(await Promise.all(set)));
    const end = performance.now() + ms;
    let isKilling = true;
    // On a slow machine the last kill may come late: it still wants traffic.
    const isDone = () => isOver() || performance.now() > end + (isKilling ? OVERTIME_MS : 0);
    const directors = this.#scenes.map((scene) => new Director(scene, service, tally, isDone).run());
    await new Killer(service, this.#scenes, tally, this.#dice.for("kills")).run(kills, ms, isDone);
    isKilling = false;
    await Promise.all(directors);
    if (!isOver()) await this.#rest();
    if (!isOver()) await Promise.all(this.#scenes.map((scene) => this.#judge(scene)));
    for (const scene of this.#scenes) await scene.leave();
  }

  async #setUp(name: string, people: readonly Person[]): Promise<Scene> {
    const { faults, service, enough } = this.#stage;
    const [owner, ...others] = people;
    if (!owner) throw new Error("nobody is there");
    const id = await owner.client.createGroup({ name, members: others.map((person) => person.id) });
    const scene = new Scene(id, faults, this.#dice.for(name));
    const seated = people.map((person) => Chair.take(`${person.client.me.get()?.name} in ${name}`, person, scene));
    scene.chairs.push(...(await Promise.all(seated)));
    for (const person of people.slice(0, DEVICES)) {
      const device = `second device of ${person.client.me.get()?.name} in ${name}`;
      scene.devices.push(await Device.join(device, person, scene, service.port, this.#dice.for(device)));
    }
    // Enough to look back to, before anything breaks.
    for (let i = 0; i < 8; i++)
      for (const chair of scene.chairs) chair.say({ type: "message.send", text: `hello ${i}` });
    const late = sleep(REST_WITHIN_MS, "late", { ref: false });
    const calm = scene.ledger.until(0);
    if ((await Promise.race([calm, enough, late])) === "late") faults.add("stuck", `${name} never came to be`);
    await Promise.all(scene.chairs.map((chair) => chair.lookBack()));
    return scene;
  }

  async #judge(scene: Scene): Promise<void> {
    try {
      await verify(scene, `http://127.0.0.1:${this.#stage.service.port}`);
    } catch (error) {
      scene.faults.add("stuck", `the store could not be read: ${String(error)}`);
    }
  }

  /** Nothing breaks any more: everything has to be answered, and everybody has to have heard everything. */
  async #rest(): Promise<void> {
    const deadline = performance.now() + REST_WITHIN_MS;
    const isAtRest = () =>
      this.#scenes.every(
        ({ ledger, seats, chronicle }) =>
          ledger.unanswered === 0 && seats.every(({ hearing }) => hearing.last >= chronicle.head),
      );
    for (let waited = 0; !isAtRest() && performance.now() < deadline; waited += 20) {
      if (waited % INSIST_EVERY_MS === 0) for (const scene of this.#scenes) scene.insist();
      await sleep(20);
    }
    // What nobody is to hear any more would still come now.
    await sleep(500);
  }
}
