/**
 * This person's read marks by channel, as far as the server has sent them. The inbox records them.
 * A channel reads its own, because `ready` lacks the mark of a person who hides receipts.
 */
export class ServerReadMarks {
  readonly #marks = new Map<string, number>();

  /** Returns the mark as a seq; 0 while the server has sent none. */
  of(channel: string): number {
    return this.#marks.get(channel) ?? 0;
  }

  set(channel: string, seq: number): void {
    this.#marks.set(channel, seq);
  }

  drop(channel: string): void {
    this.#marks.delete(channel);
  }

  clear(): void {
    this.#marks.clear();
  }
}
