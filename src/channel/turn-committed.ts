// What a turn appended, and which parts act on it.
import type { Event, Signal } from "../protocol";

/**
 * What ends a held poll of the channel: a signal, which it then brings, or true, after which it
 * compares what it knows with what is.
 */
export type PolledUpdate = true | Signal;

export interface TurnCommitted {
  /** In the order of the log; never empty. */
  events: readonly Event[];
  /** The authors of the events. */
  actors: ReadonlySet<string>;
}

/** A part of the channel that acts on what a turn appended, after it is stored. */
export interface TurnListener {
  onTurnCommitted(turn: TurnCommitted): void;
}

/** The parts in the order in which they are called. */
export interface TurnListeners {
  /** Called before the answers: for a joined socket the event is the acknowledgement. */
  beforeAnswers: readonly TurnListener[];
  /** Called after the answers and the reads, which a person waits for. */
  afterReads: readonly TurnListener[];
}
