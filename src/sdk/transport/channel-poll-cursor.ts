// Following a channel by polls. As on a socket, a `channel.subscribe` is answered once; what comes afterwards was not asked for, so a
// later `ready` is told as the signals that a socket would have brought.
import type { Cursor, FrameOf, HeardFrame, Signal } from "../../protocol";
import { commandOf, type Heard, type Polls, type Question, type Taken, textOf } from "./poll-cursor";
import { Marks } from "./user-marks";

export class ChannelPolls implements Polls {
  readonly #channel: string;
  readonly #reads = new Marks();
  readonly #delivered = new Marks();
  #question: Question | null = null;

  constructor(channel: string) {
    this.#channel = channel;
  }

  get question(): Question | null {
    return this.#question;
  }

  asks(text: string): boolean {
    const command = commandOf(text);
    if (command.type !== "channel.subscribe") return false;
    const { id, from } = command;
    this.#question = { id, query: { id, ...(from && queryOf(from)) }, tag: null };
    return true;
  }

  drop(): void {
    this.#question = null;
  }

  take(heard: readonly Heard[], tag: string | null): Taken {
    const isAsked = this.#question?.id !== null;
    if (isAsked) this.drop();
    else if (heard.some(({ frame }) => frame?.type === "reset")) return { kind: "over" };
    else if (this.#question) this.#question = { ...this.#question, tag };
    const texts = heard.flatMap(({ text, frame }) => {
      if (frame?.type === "hello") return [];
      const end = frame && endOf(frame);
      if (end && (!isAsked || frame.type === "ready")) this.#question = { id: null, query: queryOf(end), tag };
      const isTold = isAsked || (frame?.type !== "ready" && frame?.type !== "more");
      if (frame?.type !== "ready") return isTold ? [text] : [];
      const signals = this.#signalsOf(frame);
      return isTold ? [text] : signals.map((signal) => textOf({ type: "signal", signal }));
    });
    return { kind: "frames", texts, isMore: !isAsked && heard.some(({ frame }) => frame?.type === "more") };
  }

  /** What a `ready` says of the marks that was not known, and knows it from here on. */
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

const queryOf = ({ epoch, after }: Cursor) => ({ epoch, after: String(after) });

/** The position after a frame. */
function endOf(frame: HeardFrame): Cursor | null {
  if (frame.type === "ready") return { epoch: frame.epoch, after: frame.head };
  if (frame.type === "more") return { epoch: frame.epoch, after: frame.after };
  const last = frame.type === "events" ? frame.events.at(-1) : undefined;
  return frame.type === "events" && last ? { epoch: frame.epoch, after: last.seq } : null;
}
