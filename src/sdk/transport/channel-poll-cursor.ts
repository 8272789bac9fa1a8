// Follows a channel by polls. As on a socket, a `channel.subscribe` is answered once. The polls
// after that answer no command, so a later `ready` is turned into the signals that a socket would
// bring.
import type { Cursor, FrameOf, HeardFrame, Signal } from "../../protocol";
import { commandOf, type PollCursor, type PollQuery, type PollResult, type ReceivedFrame, textOf } from "./poll-cursor";
import { UserMarks } from "./user-marks";

export class ChannelPollCursor implements PollCursor {
  readonly #channel: string;
  readonly #reads = new UserMarks();
  readonly #delivered = new UserMarks();
  #next: PollQuery | null = null;

  constructor(channel: string) {
    this.#channel = channel;
  }

  get next(): PollQuery | null {
    return this.#next;
  }

  begin(text: string): boolean {
    const command = commandOf(text);
    if (command.type !== "channel.subscribe") return false;
    const { id, from } = command;
    this.#next = { id, query: { id, ...(from && queryOf(from)) }, tag: null };
    return true;
  }

  clear(): void {
    this.#next = null;
  }

  take(received: readonly ReceivedFrame[], tag: string | null): PollResult {
    const isAnswer = this.#next?.id !== null;
    if (isAnswer) this.clear();
    else if (received.some(({ frame }) => frame?.type === "reset")) return { kind: "over" };
    else if (this.#next) this.#next = { ...this.#next, tag };
    const texts = received.flatMap(({ text, frame }) => {
      if (frame?.type === "hello") return [];
      const end = frame && endOf(frame);
      if (end && (!isAnswer || frame.type === "ready")) this.#next = { id: null, query: queryOf(end), tag };
      const isPassedOn = isAnswer || (frame?.type !== "ready" && frame?.type !== "more");
      if (frame?.type !== "ready") return isPassedOn ? [text] : [];
      const signals = this.#signalsOf(frame);
      return isPassedOn ? [text] : signals.map((signal) => textOf({ type: "signal", signal }));
    });
    return { kind: "frames", texts, isMore: !isAnswer && received.some(({ frame }) => frame?.type === "more") };
  }

  /** Records the marks of a `ready`, and returns signals for those that have risen. */
  #signalsOf({ reads, delivered }: FrameOf<"ready">): Signal[] {
    const channel = this.#channel;
    const signals: Signal[] = Object.entries(reads)
      .filter(([user, seq]) => this.#reads.raise(user, seq))
      .map(([user, seq]) => ({ type: "read.marked", channel, user, seq }));
    const marks = Object.fromEntries(
      Object.entries(delivered).filter(([user, seq]) => this.#delivered.raise(user, seq)),
    );
    if (Object.keys(marks).length > 0) signals.push({ type: "delivered.marked", channel, marks });
    this.#reads.replace(reads);
    this.#delivered.replace(delivered);
    return signals;
  }
}

const queryOf = ({ epoch, after }: Cursor) => ({ epoch, after: String(after), purges: "true" });

/** Returns the cursor after a frame, or null if the frame does not move it. */
function endOf(frame: HeardFrame): Cursor | null {
  if (frame.type === "ready") return { epoch: frame.epoch, after: frame.head };
  if (frame.type === "more") return { epoch: frame.epoch, after: frame.after };
  const last = frame.type === "events" ? frame.events.at(-1) : undefined;
  return frame.type === "events" && last ? { epoch: frame.epoch, after: last.seq } : null;
}
