/** Browsers open six connections to a host over HTTP/1.1, which is what proxies speak: those held must leave room for other requests and pages. */
const HELD = 2;
/** How often in a row a held poll is cut, where a plain one is not, before it is believed that something in between does not let polls be held. */
const CUTS = 2;

/** Which polls may be held, and whether the network lets them. */
export class Holding {
  isAllowed: boolean;
  readonly #failed: () => void;
  readonly #cuts = new Map<string, number>();
  #taken = 0;

  constructor(isAllowed: boolean, failed: () => void) {
    this.isAllowed = isAllowed;
    this.#failed = failed;
  }

  /** Whether one more may be held; `giveBack` follows. */
  take(): boolean {
    if (!this.isAllowed || this.#taken >= HELD) return false;
    this.#taken++;
    return true;
  }

  giveBack(): void {
    this.#taken--;
  }

  /** A poll was held for as long as it was to be. */
  lasted(): void {
    this.#cuts.clear();
  }

  /** Counted by place: one hiccup of the network cuts all that are held. */
  wasCut(place: string): void {
    const cuts = (this.#cuts.get(place) ?? 0) + 1;
    this.#cuts.set(place, cuts);
    if (cuts < CUTS) return;
    this.#cuts.clear();
    this.#failed();
  }
}
