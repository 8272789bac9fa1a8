// What the rules need to know of a channel's log, and what they answer. The log itself lives in `channel/`.
import type { AppendingCommand } from "../protocol";

/** An appending command as the rules see it: without the id that only its socket needs. */
export type Composed = AppendingCommand extends infer C ? (C extends { id: string } ? Omit<C, "id"> : never) : never;

/** What a command is about, without what makes a retry of it the same command. */
export type Uncursored = Composed extends infer C
  ? C extends Composed
    ? Omit<C, "nonce" | "epoch" | "after">
    : never
  : never;

/** The entry a nonce was used for. `digest` is the keyed hash of the text the command carried, null while the row still holds that text. */
export type PriorEntry = {
  seq: number;
  at: number;
  nonce: string;
  type: "message.sent" | "message.edited" | "message.deleted";
  target: number | null;
  text: string | null;
  digest: string | null;
};

export interface TargetMessage {
  seq: number;
  author: string;
  version: number;
  deleted: boolean;
  /** When `version` was made. Epoch milliseconds. */
  changedAt: number;
  /** The text it holds; null once deleted. */
  text: string | null;
  /** Hash of the text it was sent with; null while it still holds that text. */
  digest: string | null;
}

/** The log including what the current turn has added. */
export interface LogReader {
  readonly epoch: string;
  readonly head: number;
  message(seq: number): TargetMessage | null;
  /** Keyed hash of a text, so that a deleted body can be compared but not read. */
  digest(text: string): string;
}

/** What a command does to the log. Performed as it stands, in the transaction of its turn. */
export type Outcome =
  | { kind: "send"; text: string }
  | { kind: "edit"; target: number; text: string; digest: string; sentDigest: string }
  | { kind: "delete"; target: number; sentDigest: string }
  /** The same command had been done before, or changes nothing. */
  | { kind: "known"; seq: number; at: number };
