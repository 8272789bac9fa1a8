// A person's client of one channel: the SDK's handle and what it reports.
import type { ChannelHandle } from "parley/sdk";
import type { Event } from "../../../src/protocol/index.ts";
import type { ProxyConnection } from "../kit/proxy-connection.ts";
import { type ChannelClient, Liveness } from "./channel-client.ts";
import type { NewCommand } from "./command-generator.ts";
import { DeliveryChecker } from "./delivery-checker.ts";
import { entryOf } from "./observed-log.ts";
import type { Person } from "./person.ts";
import type { TestedChannel } from "./tested-channel.ts";

export class SdkClient implements ChannelClient {
  readonly name: string;
  readonly person: Person;
  readonly liveness = new Liveness();
  readonly deliveries: DeliveryChecker;
  readonly #tested: TestedChannel;
  readonly #handle: ChannelHandle;
  readonly #stop: (() => void)[] = [];

  private constructor(name: string, person: Person, tested: TestedChannel) {
    this.name = name;
    this.person = person;
    this.#tested = tested;
    this.#handle = person.client.channel(tested.channel);
    this.deliveries = new DeliveryChecker(name, tested.observedLog, tested.violations, this.#handle.view.get().head);
  }

  /** Opens the channel before any traffic. */
  static async open(name: string, person: Person, tested: TestedChannel): Promise<SdkClient> {
    await person.client.channel(tested.channel).open();
    const sdkClient = new SdkClient(name, person, tested);
    sdkClient.#watch();
    return sdkClient;
  }

  connection(): ProxyConnection | null {
    return this.person.proxy.connectionTo(`/v1/channels/${this.#tested.channel}/`);
  }

  connections(): ProxyConnection[] {
    return this.person.proxy.connections;
  }

  submit(command: NewCommand): void {
    const handle = this.#handle;
    if (command.type === "message.send") {
      const { text, replyTo, thread } = command;
      handle.send(text, { replyTo, thread });
    } else if (command.type === "message.edit") handle.edit(command.seq, command.text);
    else if (command.type === "message.delete") handle.remove(command.seq);
    else if (command.type === "reaction.add") handle.react(command.seq, command.emoji);
    else if (command.type === "reaction.remove") handle.unreact(command.seq, command.emoji);
    else if (command.type === "message.pin") handle.pin(command.seq);
    else if (command.type === "message.unpin") handle.unpin(command.seq);
    else if (command.type === "thread.follow") handle.follow(command.seq);
    else handle.unfollow(command.seq);
  }

  /** Loads the start of the log, so that the view does not grow with the log. */
  async loadStart(): Promise<void> {
    await this.#handle.loadAround(1);
  }

  leave(): void {
    for (const stop of this.#stop) stop();
    this.#handle.release();
    this.#handle.close();
  }

  #watch(): void {
    const { person, liveness } = this;
    const { history, channel } = this.#tested;
    const update = () => liveness.set(this.#handle.view.get().phase === "live");
    update();
    const watcher = {
      composed: (entry: { channel: string; command: Parameters<TestedChannel["composed"]>[1] }) => {
        if (entry.channel === channel) this.#tested.composed(person.id, entry.command);
      },
      // The event, if there is one, is reported right after this.
      settled: (nonce: string) => queueMicrotask(() => history.settled(person.id, nonce)),
    };
    person.watchers.add(watcher);
    this.#stop.push(
      this.#handle.onEvent((event) => this.#receive(event)),
      this.#handle.view.subscribe(update),
      () => person.watchers.delete(watcher),
    );
  }

  #receive(event: Event): void {
    this.#tested.received(this.deliveries, entryOf(event), event);
    // A lost poll is repeated silently; the events it brings show the recovery.
    if (this.person.isPolling) this.liveness.becomeLive();
    if (event.actor === this.person.id) {
      this.#tested.history.ackedAt(event.actor, event.nonce, event.seq, performance.now());
    }
  }
}
