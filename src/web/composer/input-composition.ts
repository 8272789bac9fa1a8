// Whether a key belongs to an input method (Korean, Japanese, Chinese, dead keys). Such a key must
// not send, cancel or move anything. Browsers disagree about the order of events. Most send a
// keydown that is marked as composing and end the composition after it. Safari ends the composition
// first and sends the keydown of the same Enter right after it.

/** Two events within this time belong to one key press; two presses are never this close. */
const SAME_PRESS_MS = 12;
const IME_KEY_CODE = 229;

interface KeyPress {
  isComposing: boolean;
  keyCode: number;
  timeStamp: number;
}

export class Composition {
  #endedAt = Number.NEGATIVE_INFINITY;
  #wasAnnounced = false;

  /** Handles a keydown. Returns true if the input method owns it. */
  owns({ isComposing, keyCode, timeStamp }: KeyPress): boolean {
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
  }

  end(timeStamp: number): void {
    this.#endedAt = timeStamp;
  }
}
