import type { PollCursor, PollQuery, PollResult, ReceivedFrame } from "./poll-cursor";

/** Follows the heads of a guild by polls. Every answer has all heads, so only its tag is kept. */
export class GuildPollCursor implements PollCursor {
  #next: PollQuery | null = { id: "heads", query: {}, tag: null };

  get next(): PollQuery | null {
    return this.#next;
  }

  /** A socket of a guild takes no commands. */
  begin(): boolean {
    return false;
  }

  clear(): void {
    this.#next = null;
  }

  take(received: readonly ReceivedFrame[], tag: string | null): PollResult {
    this.#next = { id: null, query: {}, tag };
    const texts = received.flatMap(({ text, frame }) => (frame?.type === "hello" ? [] : [text]));
    return { kind: "frames", texts, isMore: false };
  }
}
