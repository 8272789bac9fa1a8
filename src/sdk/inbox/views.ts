// What a program shows of the inbox, of drafts and of presence.
import type {
  ChannelKind,
  HistoryAccess,
  InboxRow,
  Member,
  NotifyLevel,
  PresenceStatus,
  Profile,
} from "../../protocol";

export interface InboxEntry {
  id: string;
  kind: ChannelKind;
  /** The name; empty for a direct channel, like `topic`. */
  name: string;
  topic: string;
  /** The guild of the channel; left out for direct channels and groups. */
  guild?: string;
  history: HistoryAccess;
  createdBy: string;
  /**
   * The profiles of all members, this person included. The members and the topic of a channel of a
   * guild are loaded when it is opened.
   */
  members: Profile[];
  /** The same members with their roles. */
  roster: readonly Member[];
  /** People who were asked and are no members yet. */
  pending: readonly Profile[];
  row: InboxRow;
  /**
   * Whether something is unread. In a large channel of a guild the row counts mentions only, and
   * other messages make only this true.
   */
  isUnread: boolean;
  /**
   * Whether something unread mentions this person: also with everyone or by a role in a large
   * channel, where the row may not count it yet.
   */
  isMentioned: boolean;
  /** The end of the mute, in epoch milliseconds; 0 if there is none. See `isMuted`. */
  mutedUntil: number;
  /** Which messages notify this person. */
  level: NotifyLevel;
}

/** A channel that this person is no longer a member of, with texts that could not be sent. */
export interface FormerChannel {
  id: string;
  /** Its last known name; empty if it is not known. */
  name: string;
  /** How many texts could not be sent. */
  unsent: number;
}

/** An unsent message, in a channel or thread. */
export interface DraftView {
  text: string;
  /** The message to reply to. */
  replyTo: number | null;
  at: number;
}

/**
 * The presence of a person. `activeAt`: when an offline person was last active; null if unknown.
 */
export interface PresenceView {
  status: PresenceStatus;
  activeAt: number | null;
}
