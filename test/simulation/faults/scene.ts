// One channel under test: who sits in it, what they asked for, what anybody heard.
import type { Event } from "../../../src/protocol/index.ts";
import type { ComposedCommand } from "../../../src/sdk/index.ts";
import type { Chair } from "./chair.ts";
import { Chronicle, type Entry } from "./chronicle.ts";
import type { Device } from "./device.ts";
import type { Dice } from "./dice.ts";
import type { Faults } from "./faults.ts";
import type { Hearing } from "./hearing.ts";
import { type Asked, Ledger } from "./ledger.ts";
import type { Seat } from "./seat.ts";
import { Talk } from "./speech.ts";

/** Share of the SDK's commands that the network also brings by other ways, and how many old ones are kept to be sent again. */
const ECHOED = 0.15;
const KEPT = 400;

export class Scene {
  readonly channel: string;
  readonly faults: Faults;
  readonly chronicle: Chronicle;
  readonly ledger: Ledger;
  readonly talk = new Talk();
  readonly chairs: Chair[] = [];
  readonly devices: Device[] = [];
  readonly dice: Dice;
  readonly #echoes: Dice;
  /** Commands of people who have a second device, some of them old. */
  readonly #repeatable: { author: string; command: ComposedCommand }[] = [];
  forgeriesRefused = 0;

  constructor(channel: string, faults: Faults, dice: Dice) {
    this.channel = channel;
    this.faults = faults;
    this.dice = dice;
    this.#echoes = dice.for("echoes");
    this.chronicle = new Chronicle(faults);
    this.ledger = new Ledger(faults);
  }

  get seats(): Seat[] {
    return [...this.chairs, ...this.devices];
  }

  /** A command is about to be sent for the first time; or again, with the place that was still missing. */
  composed(author: string, command: ComposedCommand): void {
    const known = this.ledger.get(author, command.nonce);
    if (known) {
      known.command = command;
      return;
    }
    this.ledger.sent(author, command, performance.now());
    const device = this.devices.find(({ person }) => person.id === author);
    if (!device) return;
    if (command.epoch !== "" && this.#echoes.chance(ECHOED)) device.copy(command);
    if (this.#repeatable.length < KEPT) this.#repeatable.push({ author, command });
    else this.#repeatable[this.#echoes.between(0, KEPT - 1)] = { author, command };
  }

  heard(hearing: Hearing, entry: Entry, event: Event): void {
    hearing.heard(entry);
    this.talk.heard(event);
  }

  /** An acknowledged command of somebody with a second device, and that device; null before there is one. */
  #old(dice: Dice): { device: Device; asked: Asked } | null {
    if (this.#repeatable.length === 0) return null;
    const { author, command } = dice.pick(this.#repeatable);
    const device = this.devices.find(({ person }) => person.id === author);
    const asked = this.ledger.get(author, command.nonce);
    return device && asked?.seq != null ? { device, asked } : null;
  }

  /** A late retry, of something that may have been edited or deleted since. */
  repeatOld(dice: Dice): void {
    const old = this.#old(dice);
    old?.device.copy(old.asked.command);
  }

  /** Other words under a nonce that is taken. Deletions are left out: one that found nothing to delete has not taken its nonce. */
  forgeOld(dice: Dice): void {
    const old = this.#old(dice);
    if (old && old.asked.command.type !== "message.delete") old.device.forge(old.asked.command);
  }

  /** The devices ask again for whatever was not answered. */
  insist(): void {
    for (const device of this.devices) {
      for (const { author, command, seq, refusal } of this.ledger.all) {
        if (author === device.person.id && seq === null && refusal === null && command.epoch !== "")
          device.copy(command);
      }
    }
  }

  async leave(): Promise<void> {
    for (const chair of this.chairs) chair.leave();
    await Promise.all(this.devices.map((device) => device.leave()));
  }
}
