// What members have not seen below their read marks: replies of threads, and messages that an edit
// made mention them. `inbox/unseen-messages.ts` computes it from the log, for each member up to
// their read mark when it is needed. `StateSaver` stores it with the other states of the members.
import * as z from "zod";
import { limits } from "../../protocol";

/** A message that an edit made mention the member. */
const editMention = z.object({
  /** The message. */
  seq: z.int(),
  /** The entry of the edit. */
  at: z.int(),
  /** Whether the member had read the message before the edit. */
  wasRead: z.boolean(),
});

/** The unseen messages of one member. A change replaces the whole value. */
export const unseenState = z.object({
  /** Replies of threads that the read mark has passed and that the member has not seen. */
  replies: z.array(z.int()),
  /** Replies of threads after the read mark that the member has seen. */
  seen: z.array(z.int()),
  edits: z.array(editMention),
});

export type EditMention = z.infer<typeof editMention>;
export type UnseenState = z.infer<typeof unseenState>;

export const NOTHING_UNSEEN: UnseenState = { replies: [], seen: [], edits: [] };

const isNothing = ({ replies, seen, edits }: UnseenState): boolean => replies.length + seen.length + edits.length === 0;

export class UnseenStates {
  /** Users who reported messages as seen since the last save. Bound: the members. */
  readonly unsaved = new Set<string>();
  /** Called with each user whose state is replaced. */
  onChanged: (user: string) => void = () => {};

  constructor(
    /** Bound: the members, with at most `unseenMax` messages in each list. */
    private readonly states: Map<string, UnseenState>,
    /**
     * Up to which entry the replies of each member are computed. Bound: the members.
     */
    private readonly computedTo: Map<string, number>,
  ) {}

  of(user: string): UnseenState {
    return this.states.get(user) ?? NOTHING_UNSEEN;
  }

  computedToOf(user: string): number {
    return this.computedTo.get(user) ?? 0;
  }

  setComputedTo(user: string, seq: number): void {
    this.computedTo.set(user, seq);
  }

  /** Replaces the state of a member. Of each list the newest `unseenMax` messages are kept. */
  set(user: string, { replies, seen, edits }: UnseenState): void {
    const newest = <T>(list: readonly T[]): T[] => list.slice(-limits.unseenMax);
    const next = { replies: newest(replies), seen: newest(seen), edits: newest(edits) };
    if (isNothing(next)) this.states.delete(user);
    else this.states.set(user, next);
    this.onChanged(user);
  }

  /** Takes a state as it is stored. */
  restore(user: string, state: UnseenState | null, computedTo: number): void {
    if (state) this.states.set(user, state);
    this.computedTo.set(user, computedTo);
  }

  /** Call this after a restore: drops what lies beyond the head. */
  clamp(head: number): void {
    for (const [user, { replies, seen, edits }] of this.states) {
      const within = (list: readonly number[]) => list.filter((seq) => seq <= head);
      this.set(user, { replies: within(replies), seen: within(seen), edits: edits.filter(({ at }) => at <= head) });
    }
    for (const [user, seq] of this.computedTo) this.computedTo.set(user, Math.min(seq, head));
  }

  forget(user: string): void {
    this.states.delete(user);
    this.computedTo.delete(user);
    this.unsaved.delete(user);
  }

  /**
   * The states as they are stored. `computedTo` has the members of whom it is not their read mark.
   */
  stored(reads: ReadonlyMap<string, number>): {
    states: Record<string, UnseenState>;
    computedTo: Record<string, number>;
  } {
    const behind = [...reads].flatMap(([user, read]): [string, number][] => {
      const seq = this.computedToOf(user);
      return seq === read ? [] : [[user, seq]];
    });
    return { states: Object.fromEntries(this.states), computedTo: Object.fromEntries(behind) };
  }
}
