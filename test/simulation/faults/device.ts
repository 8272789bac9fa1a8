// A second device of somebody, without the SDK and without manners: it writes frames by hand, sends every command several times and in
// any order, over its socket and over HTTP, and takes the server's promises by the letter: on a subscription, the next entry is the next.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page, ServerFrame } from "../../../src/protocol/index.ts";
import type { ComposedCommand } from "../../../src/sdk/index.ts";
import { entryOf } from "./chronicle.ts";
import type { Dice } from "./dice.ts";
import { Hearing } from "./hearing.ts";
import { HttpDoor } from "./http-door.ts";
import { type Line, weatherOf } from "./line.ts";
import { Network } from "./network.ts";
import type { Person } from "./person.ts";
import type { Scene } from "./scene.ts";
import { Presence, type Seat } from "./seat.ts";
import type { Change } from "./speech.ts";

const COPIES = 5;
const SPREAD_MS = 120;
const OPEN_WITHIN_MS = 5_000;

export class Device implements Seat {
  readonly name: string;
  readonly person: Person;
  readonly presence = new Presence();
  readonly hearing: Hearing;
  readonly #scene: Scene;
  readonly #network: Network;
  readonly #door: HttpDoor;
  readonly #dice: Dice;
  readonly #asked = new Map<string, { nonce: string; isForgery: boolean }>();
  #epoch = "";
  #socket: WebSocket | null = null;
  #ids = 0;
  #isOver = false;

  private constructor(name: string, person: Person, scene: Scene, network: Network, dice: Dice) {
    this.name = name;
    this.person = person;
    this.#scene = scene;
    this.#network = network;
    this.#dice = dice;
    this.#door = new HttpDoor(network.url, person.token, scene.channel);
    this.hearing = new Hearing(name, scene.chronicle, scene.faults, 0);
  }

  static async join(name: string, person: Person, scene: Scene, upstreamPort: number, dice: Dice): Promise<Device> {
    const weather = dice.for("weather");
    const network = await Network.open(upstreamPort, () => weatherOf(weather));
    const device = new Device(name, person, scene, network, dice);
    device.#epoch = (await device.#door.get<Page>("messages?limit=1")).epoch;
    void device.#comeBack();
    await device.presence.next(0);
    return device;
  }

  line(): Line | null {
    return this.#network.lineTo(`/v1/channels/${this.#scene.channel}/socket`);
  }

  lines(): Line[] {
    return this.#network.lines;
  }

  /** Asks for something new, in several copies. */
  say(change: Change): void {
    const command = { ...change, nonce: randomUUID(), epoch: this.#epoch, after: this.hearing.last };
    this.#scene.composed(this.person.id, command);
    for (let copies = this.#dice.between(1, COPIES); copies > 0; copies--) this.copy(command);
  }

  /** Sends a command that was composed before, by whichever way, a little later. */
  copy(command: ComposedCommand): void {
    setTimeout(
      () => {
        if (this.#isOver) return;
        if (this.#door.takes(command) && this.#dice.chance(0.3)) void this.#post(command);
        else this.#send(command, false);
      },
      this.#dice.between(0, SPREAD_MS),
    );
  }

  /** Says something else under the nonce of a command that was acknowledged. */
  forge(command: ComposedCommand): void {
    if ("text" in command) this.#send({ ...command, text: `${command.text} not` }, true);
    else if ("seq" in command) this.#send({ ...command, seq: command.seq + 1 }, true);
  }

  async leave(): Promise<void> {
    this.#isOver = true;
    this.#socket?.close();
    await this.#network.close();
  }

  #send(command: ComposedCommand, isForgery: boolean): void {
    if (!this.presence.isLive) return;
    const id = String(++this.#ids);
    this.#asked.set(id, { nonce: command.nonce, isForgery });
    this.#socket?.send(JSON.stringify({ id, ...command }));
  }

  async #post(command: ComposedCommand): Promise<void> {
    const answer = await this.#door.append(command);
    if (answer.kind === "appended") this.#acked(command.nonce, answer.seq, false);
    else if (answer.kind === "refused") this.#refused(command.nonce, answer.code, false);
  }

  async #comeBack(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#stay(await this.#door.accessToken());
      } catch {
        // The network is broken on purpose; what matters is that it works in the end, and the end is checked.
      }
      await sleep(this.#dice.between(20, 250));
    }
  }

  /** Opens a socket and resolves when it is over. */
  #stay(token: string): Promise<void> {
    const url = `${this.#network.url.replace("http", "ws")}/v1/channels/${this.#scene.channel}/socket`;
    const socket = new WebSocket(url, ["parley.v1", `token.${token}`]);
    this.#socket = socket;
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(patience);
        this.presence.set(false);
        this.#asked.clear();
        resolve();
      };
      const patience = setTimeout(() => {
        if (!this.presence.isLive) socket.close();
      }, OPEN_WITHIN_MS);
      socket.addEventListener("close", over);
      socket.addEventListener("error", over);
      socket.addEventListener("message", ({ data }) => {
        // The SDK parses every frame with the protocol's schemas; here only what is asked about is looked at.
        if (socket === this.#socket && !this.#isOver) this.#heard(JSON.parse(String(data)) as ServerFrame);
      });
    });
  }

  #heard(frame: ServerFrame): void {
    if (frame.type === "hello") this.#subscribe(this.hearing.last);
    else if (frame.type === "more") this.#subscribe(frame.after);
    else if (frame.type === "ready") this.presence.set(true);
    else if (frame.type === "reset")
      this.#scene.faults.add("resets", `${this.name}: ${frame.reason}, head ${frame.head}`);
    else if (frame.type === "ack")
      this.#answered(frame.id, (nonce, isForgery) => this.#acked(nonce, frame.seq, isForgery));
    else if (frame.type === "error" && !frame.temporary && frame.id !== undefined) {
      this.#answered(frame.id, (nonce, isForgery) => this.#refused(nonce, frame.code, isForgery));
    } else if (frame.type === "events") {
      for (const event of frame.events) {
        this.#scene.heard(this.hearing, entryOf(event), event);
        if (event.actor === this.person.id) this.#acked(event.nonce, event.seq, false);
      }
    }
  }

  #subscribe(after: number): void {
    const from = { epoch: this.#epoch, after };
    this.#socket?.send(JSON.stringify({ id: String(++this.#ids), type: "channel.subscribe", from }));
  }

  #answered(id: string, settle: (nonce: string, isForgery: boolean) => void): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (asked) settle(asked.nonce, asked.isForgery);
  }

  #acked(nonce: string, seq: number, isForgery: boolean): void {
    if (isForgery) this.#scene.faults.add("conflicts", `another command under ${nonce} was taken at ${seq}`);
    else this.#scene.ledger.ackedAt(this.person.id, nonce, seq, performance.now());
  }

  #refused(nonce: string, code: string, isForgery: boolean): void {
    if (isForgery && code === "nonce_conflict") this.#scene.forgeriesRefused++;
    else if (isForgery) this.#scene.faults.add("conflicts", `another command under ${nonce} was refused as ${code}`);
    else if (code === "nonce_conflict") this.#scene.faults.add("conflicts", `the same ${nonce} was refused as another`);
    else this.#scene.ledger.refused(this.person.id, nonce, code);
  }
}
