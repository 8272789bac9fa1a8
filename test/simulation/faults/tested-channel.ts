// One channel under test: its clients, their operations, and what they received.
import type { Event } from "../../../src/protocol/index.ts";
import type { ComposedCommand } from "../../../src/sdk/index.ts";
import type { SeededRandom } from "../kit/seeded-random.ts";
import type { ChannelClient } from "./channel-client.ts";
import { CommandGenerator } from "./command-generator.ts";
import type { DeliveryChecker } from "./delivery-checker.ts";
import { History, type Operation } from "./history.ts";
import { type Entry, ObservedLog } from "./observed-log.ts";
import type { RawClient } from "./raw-client.ts";
import type { SdkClient } from "./sdk-client.ts";
import type { Violations } from "./violations.ts";

/**
 * The share of the SDK's commands that is also sent another way, and how many old ones are kept to
 * be sent again.
 */
const COPIED_SHARE = 0.15;
const KEPT = 400;

export class TestedChannel {
  readonly channel: string;
  readonly violations: Violations;
  readonly observedLog: ObservedLog;
  readonly history: History;
  readonly generator = new CommandGenerator();
  readonly sdkClients: SdkClient[] = [];
  readonly rawClients: RawClient[] = [];
  readonly random: SeededRandom;
  readonly #copying: SeededRandom;
  /** Commands of people with a second client, some of them old. */
  readonly #resendable: { author: string; command: ComposedCommand }[] = [];
  forgeriesRefused = 0;

  constructor(channel: string, violations: Violations, random: SeededRandom) {
    this.channel = channel;
    this.violations = violations;
    this.random = random;
    this.#copying = random.fork("echoes");
    this.observedLog = new ObservedLog(violations);
    this.history = new History(violations);
  }

  get clients(): ChannelClient[] {
    return [...this.sdkClients, ...this.rawClients];
  }

  /** A command is about to be sent for the first time, or again with the cursor that it lacked. */
  composed(author: string, command: ComposedCommand): void {
    const known = this.history.get(author, command.nonce);
    if (known) {
      known.command = command;
      return;
    }
    this.history.sent(author, command, performance.now());
    const rawClient = this.rawClients.find(({ person }) => person.id === author);
    if (!rawClient) return;
    if (command.epoch !== "" && this.#copying.chance(COPIED_SHARE)) rawClient.copy(command);
    if (this.#resendable.length < KEPT) this.#resendable.push({ author, command });
    else this.#resendable[this.#copying.between(0, KEPT - 1)] = { author, command };
  }

  received(deliveries: DeliveryChecker, entry: Entry, event: Event): void {
    deliveries.received(entry);
    this.generator.received(event);
  }

  /**
   * An acknowledged command of a person with a second client, and that client; null before there is
   * one.
   */
  #old(random: SeededRandom): { rawClient: RawClient; operation: Operation } | null {
    if (this.#resendable.length === 0) return null;
    const { author, command } = random.pick(this.#resendable);
    const rawClient = this.rawClients.find(({ person }) => person.id === author);
    const operation = this.history.get(author, command.nonce);
    return rawClient && operation?.seq != null ? { rawClient, operation } : null;
  }

  /** Sends a late copy of a command, whose message may have been edited or deleted since. */
  resendOld(random: SeededRandom): void {
    const old = this.#old(random);
    old?.rawClient.copy(old.operation.command);
  }

  /**
   * Sends a different command under a used nonce. Deletions are left out: one that found nothing to
   * delete has not used its nonce.
   */
  forgeOld(random: SeededRandom): void {
    const old = this.#old(random);
    if (old && old.operation.command.type !== "message.delete") old.rawClient.forge(old.operation.command);
  }

  /** The raw clients send all unanswered commands again. */
  resendUnanswered(): void {
    for (const rawClient of this.rawClients) {
      for (const { author, command, seq, refusal } of this.history.operations) {
        if (author === rawClient.person.id && seq === null && refusal === null && command.epoch !== "")
          rawClient.copy(command);
      }
    }
  }

  async leave(): Promise<void> {
    for (const sdkClient of this.sdkClients) sdkClient.leave();
    await Promise.all(this.rawClients.map((rawClient) => rawClient.leave()));
  }
}
