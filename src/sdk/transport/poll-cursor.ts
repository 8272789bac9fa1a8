import type { ChannelCommand, HeardFrame, ServerFrame, UserCommand } from "../../protocol";

/** The next poll. */
export interface PollQuery {
  /** The id of the command that the poll answers. Null if the poll follows an earlier answer. */
  id: string | null;
  query: Record<string, string>;
  /** The tag of the last answer. The server holds only polls that have one. */
  tag: string | null;
}

/** A frame as text, and decoded. `frame` is null if this client cannot read it. */
export interface ReceivedFrame {
  text: string;
  frame: HeardFrame | null;
}

export type PollResult =
  /** Texts of the frames to pass on. `isMore`: the next page is already available. */
  | { kind: "frames"; texts: string[]; isMore: boolean }
  /** The server reset the log, so only a new connection helps. */
  | { kind: "over" };

/**
 * The polls that stand in for one kind of socket: what to ask next, and which frames of an answer
 * to pass on. The cursor is kept between polls.
 */
export interface PollCursor {
  /** The next poll; null while there is nothing to follow. */
  readonly next: PollQuery | null;
  /** Makes a command the next poll if polls answer it. Returns whether they do. */
  begin(command: string): boolean;
  /** Follows nothing until the next `begin`, because the poll was refused. */
  clear(): void;
  take(received: readonly ReceivedFrame[], tag: string | null): PollResult;
}

/** Parses a command that this client encoded itself, so it needs no validation. */
export const commandOf = (text: string): ChannelCommand | UserCommand => JSON.parse(text);

/** Encodes a frame that this client makes for itself. */
export const textOf = (frame: ServerFrame): string => JSON.stringify(frame);
