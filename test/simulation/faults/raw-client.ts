// A second client of a person that does not use the SDK. It writes frames by hand and sends every
// command several times, in any order, over its socket and over HTTP. It takes the protocol
// literally: on a subscription, each entry is the one after the last.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page, ServerFrame } from "../../../src/protocol/index.ts";
import type { ComposedCommand } from "../../../src/sdk/index.ts";
import { NetworkProxy } from "../kit/network-proxy.ts";
import { drawConditions, type ProxyConnection } from "../kit/proxy-connection.ts";
import type { SeededRandom } from "../kit/seeded-random.ts";
import { type ChannelClient, Liveness } from "./channel-client.ts";
import type { NewCommand } from "./command-generator.ts";
import { DeliveryChecker } from "./delivery-checker.ts";
import { HttpClient } from "./http-client.ts";
import { entryOf } from "./observed-log.ts";
import type { Person } from "./person.ts";
import type { TestedChannel } from "./tested-channel.ts";

const COPIES = 5;
const SPREAD_MS = 120;
const OPEN_WITHIN_MS = 5_000;

export class RawClient implements ChannelClient {
  readonly name: string;
  readonly person: Person;
  readonly liveness = new Liveness();
  readonly deliveries: DeliveryChecker;
  readonly #tested: TestedChannel;
  readonly #proxy: NetworkProxy;
  readonly #http: HttpClient;
  readonly #random: SeededRandom;
  readonly #requests = new Map<string, { nonce: string; isForgery: boolean }>();
  #epoch = "";
  #socket: WebSocket | null = null;
  #ids = 0;
  #isOver = false;

  private constructor(name: string, person: Person, tested: TestedChannel, proxy: NetworkProxy, random: SeededRandom) {
    this.name = name;
    this.person = person;
    this.#tested = tested;
    this.#proxy = proxy;
    this.#random = random;
    this.#http = new HttpClient(proxy.url, person.token, tested.channel);
    this.deliveries = new DeliveryChecker(name, tested.observedLog, tested.violations, 0);
  }

  static async join(
    name: string,
    person: Person,
    tested: TestedChannel,
    upstreamPort: number,
    random: SeededRandom,
  ): Promise<RawClient> {
    const conditions = random.fork("conditions");
    const proxy = await NetworkProxy.open(upstreamPort, () => drawConditions(conditions));
    const rawClient = new RawClient(name, person, tested, proxy, random);
    rawClient.#epoch = (await rawClient.#http.get<Page>("messages?limit=1")).epoch;
    void rawClient.#reconnect();
    await rawClient.liveness.next(0);
    return rawClient;
  }

  connection(): ProxyConnection | null {
    return this.#proxy.connectionTo(`/v1/channels/${this.#tested.channel}/socket`);
  }

  connections(): ProxyConnection[] {
    return this.#proxy.connections;
  }

  /** Sends a new command in several copies. */
  submit(change: NewCommand): void {
    const command = { ...change, nonce: randomUUID(), epoch: this.#epoch, after: this.deliveries.last };
    this.#tested.composed(this.person.id, command);
    for (let copies = this.#random.between(1, COPIES); copies > 0; copies--) this.copy(command);
  }

  /** Sends a copy of a command after a short delay, over the socket or HTTP. */
  copy(command: ComposedCommand): void {
    setTimeout(
      () => {
        if (this.#isOver) return;
        if (this.#http.accepts(command) && this.#random.chance(0.3)) void this.#post(command);
        else this.#send(command, false);
      },
      this.#random.between(0, SPREAD_MS),
    );
  }

  /** Sends a different command under the nonce of an acknowledged one. */
  forge(command: ComposedCommand): void {
    if ("text" in command) this.#send({ ...command, text: `${command.text} not` }, true);
    else if ("seq" in command) this.#send({ ...command, seq: command.seq + 1 }, true);
  }

  async leave(): Promise<void> {
    this.#isOver = true;
    this.#socket?.close();
    await this.#proxy.close();
  }

  #send(command: ComposedCommand, isForgery: boolean): void {
    if (!this.liveness.isLive) return;
    const id = String(++this.#ids);
    this.#requests.set(id, { nonce: command.nonce, isForgery });
    this.#socket?.send(JSON.stringify({ id, ...command }));
  }

  async #post(command: ComposedCommand): Promise<void> {
    const answer = await this.#http.append(command);
    if (answer.kind === "appended") this.#acked(command.nonce, answer.seq, false);
    else if (answer.kind === "refused") this.#refused(command.nonce, answer.code, false);
  }

  async #reconnect(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#holdSocket(await this.#http.accessToken());
      } catch {
        // The network fails on purpose. It has to work in the end, which the final check covers.
      }
      await sleep(this.#random.between(20, 250));
    }
  }

  /** Opens a socket and resolves when it has closed. */
  #holdSocket(token: string): Promise<void> {
    const url = `${this.#proxy.url.replace("http", "ws")}/v1/channels/${this.#tested.channel}/socket`;
    const socket = new WebSocket(url, ["parley.v1", `token.${token}`]);
    this.#socket = socket;
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(patience);
        this.liveness.set(false);
        this.#requests.clear();
        resolve();
      };
      const patience = setTimeout(() => {
        if (!this.liveness.isLive) socket.close();
      }, OPEN_WITHIN_MS);
      socket.addEventListener("close", over);
      socket.addEventListener("error", over);
      socket.addEventListener("message", ({ data }) => {
        // The SDK parses every frame with the protocol's schemas; this client reads only the fields
        // it needs.
        if (socket === this.#socket && !this.#isOver) this.#receive(JSON.parse(String(data)) as ServerFrame);
      });
    });
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === "hello") this.#subscribe(this.deliveries.last);
    else if (frame.type === "more") this.#subscribe(frame.after);
    else if (frame.type === "ready") this.liveness.set(true);
    else if (frame.type === "reset")
      this.#tested.violations.add("resets", `${this.name}: ${frame.reason}, head ${frame.head}`);
    else if (frame.type === "ack")
      this.#answered(frame.id, (nonce, isForgery) => this.#acked(nonce, frame.seq, isForgery));
    else if (frame.type === "error" && !frame.temporary && frame.id !== undefined) {
      this.#answered(frame.id, (nonce, isForgery) => this.#refused(nonce, frame.code, isForgery));
    } else if (frame.type === "events") {
      for (const event of frame.events) {
        this.#tested.received(this.deliveries, entryOf(event), event);
        if (event.actor === this.person.id) this.#acked(event.nonce, event.seq, false);
      }
    }
  }

  #subscribe(after: number): void {
    const from = { epoch: this.#epoch, after };
    this.#socket?.send(JSON.stringify({ id: String(++this.#ids), type: "channel.subscribe", from }));
  }

  #answered(id: string, settle: (nonce: string, isForgery: boolean) => void): void {
    const request = this.#requests.get(id);
    this.#requests.delete(id);
    if (request) settle(request.nonce, request.isForgery);
  }

  #acked(nonce: string, seq: number, isForgery: boolean): void {
    if (isForgery) this.#tested.violations.add("conflicts", `another command under ${nonce} was accepted at ${seq}`);
    else this.#tested.history.ackedAt(this.person.id, nonce, seq, performance.now());
  }

  #refused(nonce: string, code: string, isForgery: boolean): void {
    if (isForgery && code === "nonce_conflict") this.#tested.forgeriesRefused++;
    else if (isForgery)
      this.#tested.violations.add("conflicts", `another command under ${nonce} was refused as ${code}`);
    else if (code === "nonce_conflict")
      this.#tested.violations.add("conflicts", `a copy of ${nonce} was refused as another command`);
    else this.#tested.history.refused(this.person.id, nonce, code);
  }
}
