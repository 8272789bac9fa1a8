// The messages that a member has not seen although their read mark has passed them: replies of
// threads, which the channel itself does not show, and messages that an edit made mention them.
// Each stays unseen until a device reports it as seen, or until the member writes in its thread.
import { limits, type UnseenMessage } from "../../protocol";
import type { MemberStates } from "../members/member-states";
import type { RosterMirror } from "../members/roster-mirror";
import { type EditMention, NOTHING_UNSEEN, type UnseenState } from "../members/unseen-states";
import { type IndexedEntry, isOthersMessage, type UnreadIndex } from "./unread-index";

/** The most entries that are searched for replies when a read mark rises. */
const SCAN_ENTRIES = 1_000;

export class UnseenMessages {
  constructor(
    private readonly index: UnreadIndex,
    private readonly memberStates: MemberStates,
    private readonly roster: RosterMirror,
  ) {}

  /** Returns what is known of a member, up to their read mark. Changes replace the object. */
  stateOf(user: string): UnseenState {
    const { unseen } = this.memberStates;
    const read = this.memberStates.readOf(user);
    if (read > unseen.computedToOf(user)) this.#advance(user, read);
    return unseen.of(user);
  }

  /**
   * Returns the unseen messages up to `readTo`, ascending; undefined if there are none. Later ones
   * count as unread.
   */
  list(user: string, readTo: number): UnseenMessage[] | undefined {
    const state = this.stateOf(user);
    if (state === NOTHING_UNSEEN) return undefined;
    const seqs = new Set([...state.replies, ...state.edits.map(({ seq }) => seq)]);
    const unseen = [...seqs]
      .sort((one, other) => one - other)
      .flatMap((seq) => {
        const entry = seq <= readTo ? this.#unseenEntry(user, state, seq) : null;
        return entry ? [{ seq, thread: entry.thread, mention: this.index.isMentioned(entry, user) }] : [];
      });
    return unseen.length === 0 ? undefined : unseen.slice(-limits.unseenMax);
  }

  /** Whether a message is unseen. */
  isUnseen(user: string, seq: number): boolean {
    const state = this.stateOf(user);
    return state !== NOTHING_UNSEEN && this.#unseenEntry(user, state, seq) !== null;
  }

  /** The messages after the read mark that were reported as seen. */
  seenBy(user: string): readonly number[] {
    return this.memberStates.unseen.of(user).seen;
  }

  /**
   * Returns the newest edit after a position that made a message mention the member, if the message
   * still does and is unseen or unread; null if there is none.
   */
  newestEdit(user: string, after: number): EditMention | null {
    const { edits } = this.stateOf(user);
    const isValid = ({ seq, at }: EditMention) => at > after && this.#mentionsNow(user, seq) !== null;
    return edits.findLast(isValid) ?? null;
  }

  /** Takes an edit that newly mentions members. Returns whether there were any to note. */
  addEdit(users: readonly string[], { seq, at }: { seq: number; at: number }): boolean {
    const { unseen } = this.memberStates;
    let hasAdded = false;
    for (const user of users) {
      const since = this.roster.get(user)?.since;
      if (since === undefined || seq < since) continue;
      const state = this.stateOf(user);
      const wasRead = seq <= this.memberStates.readOf(user);
      // What the member has seen of the message had no mention.
      const seen = state.seen.filter((one) => one !== seq);
      unseen.set(user, { ...state, seen, edits: [...state.edits, { seq, at, wasRead }] });
      hasAdded = true;
    }
    return hasAdded;
  }

  /** Takes the report that a member has seen messages. Returns whether it changed anything. */
  markSeen(user: string, seqs: readonly number[]): boolean {
    const state = this.stateOf(user);
    const read = this.memberStates.readOf(user);
    const reported = new Set(seqs);
    const isAhead = (entry: IndexedEntry) => entry.thread !== null && isOthersMessage(entry, user);
    const ahead = seqs.filter(
      (seq) => seq > read && !state.seen.includes(seq) && this.index.find(seq, seq, isAhead) !== null,
    );
    const replies = state.replies.filter((seq) => !reported.has(seq));
    const edits = state.edits.filter(({ seq }) => !reported.has(seq));
    const isSame = ahead.length === 0 && replies.length === state.replies.length && edits.length === state.edits.length;
    if (isSame) return false;
    const { unseen } = this.memberStates;
    unseen.set(user, { replies, seen: [...state.seen, ...ahead], edits });
    unseen.unsaved.add(user);
    return true;
  }

  /** Computes the state of a member up to their read mark, which has risen. */
  #advance(user: string, read: number): void {
    const { unseen } = this.memberStates;
    const from = Math.max(unseen.computedToOf(user), (this.roster.get(user)?.since ?? 0) - 1, read - SCAN_ENTRIES);
    unseen.setComputedTo(user, read);
    const state = unseen.of(user);
    let { replies } = state;
    if (from < read && this.index.mayHaveReplyAfter(from)) {
      this.index.find(from + 1, read, (entry, seq) => {
        replies = this.#withEntry(user, replies, state.seen, entry, seq);
        return false;
      });
    }
    if (replies === state.replies && state === NOTHING_UNSEEN) return;
    // A message that was read after its edit has been seen with the mention.
    const edits = state.edits.filter(({ seq, wasRead }) => wasRead || seq > read);
    const seen = state.seen.filter((seq) => seq > read);
    const isSame =
      replies === state.replies && edits.length === state.edits.length && seen.length === state.seen.length;
    if (!isSame) unseen.set(user, { replies, seen, edits });
  }

  /** Returns the unseen replies after an entry that the read mark passes. */
  #withEntry(user: string, replies: number[], seen: readonly number[], entry: IndexedEntry, seq: number): number[] {
    const { thread, isLive, isInChannel } = entry;
    if (thread === null || !isLive) return replies;
    // A reply that the channel itself shows is seen there.
    if (isOthersMessage(entry, user) && isInChannel) return replies;
    if (isOthersMessage(entry, user))
      return this.index.concerns(entry, user) && !seen.includes(seq) ? [...replies, seq] : replies;
    // Who writes in a thread has seen the replies before.
    const kept = replies.filter((reply) => this.index.at(reply)?.thread !== thread);
    return kept.length === replies.length ? replies : kept;
  }

  #unseenEntry(user: string, { replies, edits }: UnseenState, seq: number): IndexedEntry | null {
    const entry = this.index.at(seq);
    if (!entry || !isOthersMessage(entry, user)) return null;
    if (edits.some((edit) => edit.seq === seq) && this.index.isMentioned(entry, user)) return entry;
    return replies.includes(seq) && this.index.concerns(entry, user) ? entry : null;
  }

  #mentionsNow(user: string, seq: number): IndexedEntry | null {
    const entry = this.index.at(seq);
    return entry && isOthersMessage(entry, user) && this.index.isMentioned(entry, user) ? entry : null;
  }
}
