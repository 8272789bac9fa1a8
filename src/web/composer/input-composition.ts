// Whether a key belongs to an input method (Korean, Japanese, Chinese, dead keys) and so must not send, cancel or move anything.
// Browsers disagree about the order: most send a keydown marked as composing and end the composition after it; Safari ends the
// composition first, and the same press of Enter arrives right behind it.

/** Two events of one key press are this close; two presses never are. */
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

  /** A keydown. True where the input method owns it. */
  owns({ isComposing, keyCode, timeStamp }: KeyPress): boolean {
    if (isComposing || keyCode === IME_KEY_CODE) {
      this.#wasAnnounced = true;
      return true;
    }
    // A composition that ended by an announced key has had its key: what follows is the person's own. Korean input on macOS
    // repeats the Enter that way, and that one is meant to send.
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
