// Whether a key belongs to an input method (Korean, Japanese, Chinese, dead keys). Such a key must
// not send, cancel or move anything. Browsers disagree about the order of events. Most send a
// keydown that is marked as composing and end the composition after it. Safari ends the composition
// first and sends the keydown of the same Enter right after it.

// A tap on "send" during a composition ends it first. Some input methods insert the composed text
// once more after that; `isRepeated` recognises it.

/** Two events within this time belong to one key press; two presses are never this close. */
const SAME_PRESS_MS = 12;
const IME_KEY_CODE = 229;
/** How long an input method may take to insert a text that was sent already. */
const REPEAT_MS = 500;

interface KeyPress {
  isComposing: boolean;
  keyCode: number;
  timeStamp: number;
}

export class Composition {
  #endedAt = Number.NEGATIVE_INFINITY;
  #wasAnnounced = false;
  #isActive = false;
  #composed = "";
  /** The composed text that was sent, and when. */
  #taken: { text: string; at: number } | null = null;

  get isActive(): boolean {
    return this.#isActive;
  }

  /** Handles a keydown. Returns true if the input method owns it. */
  owns({ isComposing, keyCode, timeStamp }: KeyPress): boolean {
    this.#taken = null;
    if (isComposing || keyCode === IME_KEY_CODE) {
      this.#wasAnnounced = true;
      return true;
    }
    // If the input method owned the key that ended the composition, the next key is the person's
    // own. Korean input on macOS repeats the Enter this way, and that Enter has to send.
    const ownedByEnd = !this.#wasAnnounced && timeStamp - this.#endedAt < SAME_PRESS_MS;
    this.#wasAnnounced = false;
    return ownedByEnd;
  }

  start(): void {
    this.#wasAnnounced = false;
    this.#isActive = true;
    this.#composed = "";
    this.#taken = null;
  }

  /** The composed text changed. */
  update(composed: string): void {
    this.#composed = composed;
  }

  end(timeStamp: number): void {
    this.#endedAt = timeStamp;
    this.#isActive = false;
  }

  /** The text with the composition was sent at this time. */
  take(timeStamp: number): void {
    this.#isActive = false;
    this.#taken = this.#composed === "" ? null : { text: this.#composed, at: timeStamp };
  }

  /** Returns whether an empty box got this text only because an input method repeats it. */
  isRepeated(text: string, timeStamp: number): boolean {
    const taken = this.#taken;
    return taken !== null && text === taken.text && timeStamp - taken.at < REPEAT_MS;
  }
}
