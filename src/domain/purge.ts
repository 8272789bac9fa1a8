// The deletion of what one person sent lately in a channel, by a moderator.
import type { UserId } from "../protocol";

/** Which messages are deleted. */
export interface Purge {
  /** A repeat of the same purge does nothing. */
  id: string;
  author: UserId;
  /** Who decided it. The log names them as the one who deleted. */
  actor: UserId;
  /** Older messages stay. Epoch milliseconds. */
  since: number;
}

/** What the entry of a purge stores. A purge of very many replies takes several entries. */
export interface StoredPurge {
  author: UserId;
  from: number;
  through: number;
  /** The roots of the threads that lost replies. */
  roots: number[];
  /** How many messages it deleted. */
  count: number;
  /** The last entry that the purge covers: `through` of its last entry. */
  end: number;
}
