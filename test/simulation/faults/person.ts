// A person with an account and a program: the SDK behind a network proxy.
import { type Client, type ClientOptions, createClient, memoryOutbox, type Outbox, type OutboxEntry } from "parley/sdk";
import { NetworkProxy } from "../kit/network-proxy.ts";
import { drawConditions } from "../kit/proxy-connection.ts";
import type { SeededRandom } from "../kit/seeded-random.ts";

/**
 * Called for every command that the SDK is about to send for the first time, and for every one that
 * was confirmed or refused.
 */
export interface Watcher {
  composed(entry: OutboxEntry): void;
  settled(nonce: string): void;
}

export type Transport = NonNullable<ClientOptions["transport"]>;

/** Shortens the SDK's back-off: cuts come every second here, and it would grow to half a minute. */
const BACKOFF_SHARE = 0.02;

export class Person {
  readonly client: Client;
  readonly proxy: NetworkProxy;
  readonly transport: Transport;
  readonly watchers = new Set<Watcher>();
  readonly warnings = new Map<string, number>();

  private constructor(proxy: NetworkProxy, transport: Transport, random: SeededRandom) {
    this.proxy = proxy;
    this.transport = transport;
    this.client = createClient({
      url: proxy.url,
      transport,
      keepToken: true,
      outbox: this.#watchedOutbox(),
      random: () => random.next() * BACKOFF_SHARE,
      onWarning: (warning) => {
        const kind = warning.replaceAll(/\d+|c_\S+/g, "…");
        this.warnings.set(kind, (this.warnings.get(kind) ?? 0) + 1);
      },
    });
  }

  /** Registers and connects. */
  static async register(
    name: string,
    upstreamPort: number,
    transport: Transport,
    random: SeededRandom,
  ): Promise<Person> {
    const conditions = random.fork("conditions");
    const proxy = await NetworkProxy.open(upstreamPort, () => drawConditions(conditions));
    const person = new Person(proxy, transport, random.fork("back-off"));
    const handle = `${name}-${Date.now().toString(36)}`;
    await person.client.accounts.register({ handle, name, password: "correct horse battery" });
    await person.client.connect();
    return person;
  }

  get id(): string {
    const me = this.client.me.get();
    if (!me) throw new Error("the client is not signed in");
    return me.id;
  }

  get token(): string {
    const { token } = this.client;
    if (token === null) throw new Error("the client is not signed in");
    return token;
  }

  /** Whether the SDK has fallen back to polling. */
  get isPolling(): boolean {
    const connection = this.client.connection.get();
    return connection.state === "online" && connection.transport !== "socket";
  }

  async leave(): Promise<void> {
    this.client.disconnect();
    await this.proxy.close();
  }

  #watchedOutbox(): Outbox {
    const kept = memoryOutbox();
    const send = (event: (watcher: Watcher) => void) => this.watchers.forEach(event);
    return {
      load: () => kept.load(),
      put: (entry) => {
        // A refused text stays in the outbox, with its refusal.
        send((watcher) => (entry.refusal ? watcher.settled(entry.command.nonce) : watcher.composed(entry)));
        return kept.put(entry);
      },
      remove: (nonce) => {
        send((watcher) => watcher.settled(nonce));
        return kept.remove(nonce);
      },
    };
  }
}
