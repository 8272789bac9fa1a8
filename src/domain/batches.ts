// Parts of long lists, as objects answer them.
import type { Message } from "../protocol";
import type { MessageVersion } from "./log";

/** The place of a pinned message among the pins: when it was pinned, then its seq. */
export interface PinPosition {
  at: number;
  seq: number;
}

/** A page of the pins. The next page begins after `next`; null if this is the last. */
export interface PinPage {
  items: Message[];
  next: PinPosition | null;
}

/** A part of a long list. The next part begins after `after`; null if this is the last. */
export interface Batch<T> {
  items: T[];
  after: number | null;
}

/** A page of the versions of a message. The next page begins after the version `after`. */
export type VersionBatch = Batch<MessageVersion>;
