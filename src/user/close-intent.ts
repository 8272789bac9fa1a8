/**
 * Whether the close of a socket that is in progress is intended. Any other close starts the grace
 * period of the device.
 */
export class CloseIntent {
  #isIntended = false;

  get isIntended(): boolean {
    return this.#isIntended;
  }

  /** Runs `close`, during which sockets leave the index. */
  during(isIntended: boolean, close: () => void): void {
    this.#isIntended = isIntended;
    try {
      close();
    } finally {
      this.#isIntended = false;
    }
  }
}
