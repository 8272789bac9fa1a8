// The rates of what a person asks of their user object, in the memory of the object.
import { tokensOfFrame, tokensOfUnreadable, tokensOfWakes, tokensOfWatches } from "../domain/command-costs";
import type { Setting } from "../domain/ports";
import type { FrameOf, Rates } from "../protocol";
import { helloFrame } from "../runtime/hello";
import { TokenBuckets } from "../runtime/token-buckets";

export class UserRates {
  /** Commands and polls by user, and saved settings in buckets of their own. */
  readonly #queries: TokenBuckets;
  readonly #frames: TokenBuckets;
  readonly #upgrades: TokenBuckets;

  constructor(
    rates: Rates,
    private readonly now: () => number,
  ) {
    this.#queries = new TokenBuckets(rates.ask);
    this.#frames = new TokenBuckets(rates.frame);
    this.#upgrades = new TokenBuckets(rates.upgrade);
  }

  /** Takes the tokens of a command or a poll. Throws `rate_limited`. */
  takeQuery(user: string, tokens = 1): void {
    this.#queries.take(user, this.now(), tokens);
  }

  /** Takes the tokens of people who are new in the list of a device. Throws `rate_limited`. */
  takeWatches(user: string, people: number): void {
    this.#queries.take(user, this.now(), tokensOfWatches(people));
  }

  /**
   * Takes the token of a saved setting. Requests and guilds have buckets of their own, so that
   * other people do not use up the person's rate. Throws `rate_limited`.
   */
  takeSetting(kind: Setting["kind"]): void {
    const isOfOthers = kind === "requests" || kind === "guilds";
    this.#queries.take(isOfOthers ? kind : "settings", this.now());
  }

  /**
   * Charges for channels that are woken, beyond the bucket if need be: a person with many channels
   * must be able to sync.
   */
  chargeWakes(user: string, channels: number): void {
    this.#queries.charge(user, this.now(), tokensOfWakes(channels));
  }

  /** Charges for a frame before it is decoded. Returns whether the person sent too many. */
  chargeFrame(user: string, characters: number): boolean {
    return this.#frames.charge(user, this.now(), tokensOfFrame(characters));
  }

  /** Charges for a frame that could not be decoded. Returns whether the person sent too many. */
  chargeUnreadable(user: string, characters: number): boolean {
    return this.#queries.charge(user, this.now(), tokensOfUnreadable(characters));
  }

  /** Takes the token of a new socket. Returns false if there is none. */
  tryUpgrade(user: string): boolean {
    return this.#upgrades.tryTake(user, this.now());
  }

  /** Returns the first frame of a connection, which names the rate of its commands. */
  hello(user: string): FrameOf<"hello"> {
    return helloFrame(user, this.#queries.rate, this.now());
  }
}
