// The deletion of what a banned person wrote lately in one channel.
import type { UserId } from "../protocol";

/** Which messages are deleted. */
export interface Purge {
  author: UserId;
  /** Who banned the person. The log names them as the one who deleted. */
  actor: UserId;
  /** Older messages stay. Epoch milliseconds. */
  since: number;
  /** The last entry that is searched; null for the head at the first batch. */
  through: number | null;
}

/** `after`: where the next batch begins; null after the last one. `through`: see `Purge`. */
export interface PurgeProgress {
  after: number | null;
  through: number;
}
