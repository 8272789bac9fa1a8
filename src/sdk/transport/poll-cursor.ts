import type { ChannelCommand, HeardFrame, ServerFrame, UserCommand } from "../../protocol";

/** What is to be asked next. */
export interface Question {
  /** The command it answers; null where it follows what has been answered. */
  id: string | null;
  query: Record<string, string>;
  /** The tag of what is known; only with it may the poll be held. */
  tag: string | null;
}

/** A frame as it came, and what it says where this client understands it. */
export interface Heard {
  text: string;
  frame: HeardFrame | null;
}

export type Taken =
  /** Texts to pass on; `isMore`: the next part waits already. */
  | { kind: "frames"; texts: string[]; isMore: boolean }
  /** What was followed is not there any more: only a new connection helps. */
  | { kind: "over" };

/** The polls of one kind of socket: what to ask, and which of the answers to pass on. It holds the cursor between polls. */
export interface Polls {
  /** Null while nothing is to be followed. */
  readonly question: Question | null;
  /** Whether the command, as text, is one that a poll answers: then that is the question. */
  asks(command: string): boolean;
  /** The question was refused: nothing is followed until another is asked. */
  drop(): void;
  take(heard: readonly Heard[], tag: string | null): Taken;
}

/** A command that this client itself encoded: nothing of it comes from outside. */
export const commandOf = (text: string): ChannelCommand | UserCommand => JSON.parse(text);

/** A frame for this client itself. */
export const textOf = (frame: ServerFrame): string => JSON.stringify(frame);
