// Somebody with an account and a program: the SDK on a network of their own.
import { type Client, type ClientOptions, createClient, memoryOutbox, type Outbox, type OutboxEntry } from "parley/sdk";
import type { Dice } from "./dice.ts";
import { weatherOf } from "./line.ts";
import { Network } from "./network.ts";

/** Called for every command the SDK is about to send for the first time, and for every one it has done with. */
export interface Watcher {
  composed(entry: OutboxEntry): void;
  settled(nonce: string): void;
}

export type Transport = NonNullable<ClientOptions["transport"]>;

/** The SDK's own back-off with a short fuse: cuts come every second here, and it would grow to half a minute. */
const BACKOFF_SHARE = 0.02;

export class Person {
  readonly client: Client;
  readonly network: Network;
  readonly transport: Transport;
  readonly watchers = new Set<Watcher>();
  readonly warnings = new Map<string, number>();

  private constructor(network: Network, transport: Transport, dice: Dice) {
    this.network = network;
    this.transport = transport;
    this.client = createClient({
      url: network.url,
      transport,
      keepToken: true,
      outbox: this.#watchedOutbox(),
      random: () => dice.roll() * BACKOFF_SHARE,
      onWarning: (warning) => {
        const kind = warning.replaceAll(/\d+|c_\S+/g, "…");
        this.warnings.set(kind, (this.warnings.get(kind) ?? 0) + 1);
      },
    });
  }

  /** Registers and connects. */
  static async arrive(name: string, upstreamPort: number, transport: Transport, dice: Dice): Promise<Person> {
    const weather = dice.for("weather");
    const network = await Network.open(upstreamPort, () => weatherOf(weather));
    const person = new Person(network, transport, dice.for("back-off"));
    const handle = `${name}-${Date.now().toString(36)}`;
    await person.client.accounts.register({ handle, name, password: "correct horse battery" });
    await person.client.connect();
    return person;
  }

  get id(): string {
    const me = this.client.me.get();
    if (!me) throw new Error("nobody is signed in");
    return me.id;
  }

  get token(): string {
    const { token } = this.client;
    if (token === null) throw new Error("nobody is signed in");
    return token;
  }

  /** Whether they hear by asking now and then. */
  get isPolling(): boolean {
    const connection = this.client.connection.get();
    return connection.state === "online" && connection.transport !== "socket";
  }

  async leave(): Promise<void> {
    this.client.disconnect();
    await this.network.close();
  }

  #watchedOutbox(): Outbox {
    const kept = memoryOutbox();
    const tell = (event: (watcher: Watcher) => void) => this.watchers.forEach(event);
    return {
      load: () => kept.load(),
      put: (entry) => {
        tell((watcher) => watcher.composed(entry));
        return kept.put(entry);
      },
      remove: (nonce) => {
        tell((watcher) => watcher.settled(nonce));
        return kept.remove(nonce);
      },
    };
  }
}
