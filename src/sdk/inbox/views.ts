// What a client shows of the inbox, of drafts and of presence.
import type { HistoryAccess, InboxRow, Member, NotifyLevel, PresenceStatus, Profile } from "../../protocol";

export interface InboxEntry {
  id: string;
  kind: "direct" | "group";
  /** Empty for a direct channel, as `topic`. */
  name: string;
  topic: string;
  history: HistoryAccess;
  createdBy: string;
  /** Everyone in it, myself included. */
  members: Profile[];
  /** The same people, with their roles. */
  roster: readonly Member[];
  row: InboxRow;
  /** Silent until then; 0 where it is not. `isMuted` tells of now. */
  mutedUntil: number;
  /** Of how much of it my devices are told. */
  level: NotifyLevel;
}

/** What I began to write in one place and have not sent. */
export interface DraftView {
  text: string;
  /** The message it is to answer. */
  replyTo: number | null;
  at: number;
}

/** Whether somebody is there. `activeAt`: when they last were, where they are offline and that is known. */
export interface PresenceView {
  status: PresenceStatus;
  activeAt: number | null;
}
