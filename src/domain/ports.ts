// How the actors meet. Objects call each other only through these interfaces; nobody imports another's class.
import type {
  Appended,
  ArchiveReport,
  ChannelLevel,
  ChannelPoll,
  Draft,
  InboxPoll,
  InboxRow,
  Message,
  Mute,
  NotificationSettings,
  Page,
  PageQuery,
  PresenceMode,
  ServerFrame,
  SessionId,
  Usage,
  UserId,
  WindowJob,
} from "../protocol";
import type { Answer } from "./error";
import type { CommandContent, ComposedCommand } from "./log";
import type { ClaimedNotifications, DeliveryReport } from "./notification-ports";
import type { PresenceUpdate } from "./presence";
import type { Roster } from "./roster";

/** Who is asking, proven by the gateway. `issuedAt` is when the proof was made: epoch milliseconds. */
export interface Caller {
  user: UserId;
  session: SessionId;
  issuedAt: number;
}

/**
 * How a command is told from a repeat of it: as on a socket, by a key that only the channel's own table knows, or not at all where a
 * repeat does no harm.
 */
export type IdentifiedCommand =
  | { by: "nonce"; command: ComposedCommand }
  | { by: "key"; key: string; command: CommandContent }
  | { by: "none"; command: CommandContent };

export interface Version {
  text: string;
  /** The entry that made it. */
  version: number;
  at: number;
}

/** A question over HTTP; `known` is the tag of the answer the poller has, null where it has none. */
export interface PollRequest<Q> {
  query: Q;
  known: string | null;
}

/** Its answer: what a socket would have brought, and the tag of the state it leads to. */
export interface PollAnswer {
  tag: string;
  frames: ServerFrame[];
}

/** A part of something long: `after` is where the next begins, null where there is none. */
export interface Batch<T> {
  items: T[];
  after: number | null;
}

/** What follows somebody from device to device. */
export type Setting =
  | { kind: "draft"; draft: Draft }
  | { kind: "mute"; mute: Mute }
  | { kind: "level"; level: ChannelLevel }
  | { kind: "presence"; presence: PresenceMode }
  | { kind: "notifications"; notifications: NotificationSettings };

/** What somebody keeps in their user object. */
export interface StoredUserData {
  drafts: Draft[];
  mutes: Mute[];
  levels: ChannelLevel[];
  rows: InboxRow[];
}

/** How a channel stands with the archive, and what it has counted. */
export interface ChannelState {
  head: number;
  messages: number;
  archived: number;
  usage: Usage;
}

export interface ChannelPort {
  /** Takes a roster from the directory; the first one makes the log. Answers the revision the channel holds. */
  applyRoster(roster: Roster): Promise<Answer<number>>;
  append(caller: Caller, named: IdentifiedCommand): Promise<Answer<Appended>>;
  /** Commands as on a socket, in their order; one answer each, in that order. */
  runCommands(caller: Caller, commands: unknown[]): Promise<Answer<ServerFrame[]>>;
  /** What follows a position; held for `wait` while there is nothing the poller does not know, and then null. */
  poll(caller: Caller, asked: PollRequest<ChannelPoll>): Promise<Answer<PollAnswer | null>>;
  page(caller: Caller, query: PageQuery): Promise<Answer<Page>>;
  /** What a message said before it was edited, oldest first. */
  versions(caller: Caller, seq: number): Promise<Answer<Version[]>>;
  /** Pinned messages, oldest pin first. */
  pins(caller: Caller): Promise<Answer<Message[]>>;
  message(caller: Caller, seq: number): Promise<Answer<Message>>;
  /** Those of these messages that are there and the caller may read, as they are now. */
  messagesAt(caller: Caller, seqs: number[]): Promise<Answer<Message[]>>;
  /** Messages that somebody wrote, whether they are still a member or not: for the person themselves, by whoever has proven that they are. */
  messagesBy(user: UserId, after: number): Promise<Answer<Batch<Message>>>;
  /** Deletes messages that somebody wrote whose account is gone; repeated from `after` until there is no more. */
  erase(user: UserId, after: number): Promise<Answer<number | null>>;
  /** Everyone who has a message in the log that is not deleted. */
  authors(): Promise<Answer<UserId[]>>;
  /** For the operator. */
  state(): Promise<Answer<ChannelState>>;
  /** Holds the archive against the log: one page after a place. */
  compareArchive(after: number): Promise<Answer<ArchiveReport>>;
  /** Empties the archive of this channel and fills it anew, from the next alarm on. */
  rebuildArchive(): Promise<Answer<null>>;
  markRead(caller: Caller, seq: number): Promise<Answer<number>>;
  markUnread(caller: Caller, seq: number): Promise<Answer<number>>;
  /** Puts the stored state back to that time and forgets the memory. The next roster must begin another life. */
  restore(at: number): Promise<Answer<null>>;
  /** What the devices of its members lack of what `job` is about, claimed for the asker for a while: nobody else is given the same meanwhile. */
  claimNotifications(job: WindowJob): Promise<Answer<ClaimedNotifications>>;
  /** What came of it: only that moves the channel on. */
  reportDeliveries(report: DeliveryReport): Promise<Answer<null>>;
  /** The user is online: signals are due again. Answers the row of their inbox, or `not_found` for a non-member. */
  wake(user: UserId): Promise<Answer<InboxRow>>;
}

/** What a person's devices do with a signal: see `UserPort.deliver`. */
export type DeliveryResult = "delivered" | "idle" | "viewing" | "polling" | "offline";

/** What the directory tells objects about people. */
export interface PeoplePort {
  /** Who of these shares a channel with somebody. */
  sharing(me: UserId, others: UserId[]): Promise<UserId[]>;
}

export interface UserPort {
  /**
   * A channel moved on. `here`: the devices that have it open. `asleep`: no device is connected, and the next one to connect will ask. `held`: a poll
   * was answered, and whether its device is still there only its next one tells. `level`: awake, and every device that listens is one of `here`; one
   * that comes later will ask. `idle`: devices are connected, and none of them is in use.
   */
  deliver(row: InboxRow, here?: string[]): Promise<DeliveryResult>;
  /** As `ChannelPort.poll`, of the inbox. */
  poll(caller: Caller, asked: PollRequest<InboxPoll>): Promise<Answer<PollAnswer | null>>;
  /** Somebody wants to hear of this person's presence from here on; answers what they see now. */
  watchPresence(me: UserId, watcher: UserId): Promise<PresenceUpdate>;
  /** Somebody's presence changed; answers whether anybody here still wants to know. */
  receivePresence(note: PresenceUpdate): Promise<boolean>;
  setPresenceMode(me: UserId, mode: PresenceMode): Promise<void>;
  /** Stores what follows the person and tells every device. Answers `too_many_drafts`. */
  saveSetting(setting: Setting): Promise<Answer<null>>;
  /** Asks the channels that moved on unheard: from here on they tell of themselves again. */
  askDirtyChannels(me: UserId): Promise<void>;
  /** A part of what is kept, from a version on; `after` is where the next begins. */
  storedData(after: number): Promise<StoredUserData & { after: number | null }>;
  /** The account is gone: so is all that is kept of it here. */
  erase(): Promise<void>;
  /** They are no longer in the channel: it leaves their inbox. */
  drop(channel: string, user: UserId): Promise<void>;
  /** Closes the sockets of ended sessions and refuses tokens issued at or before `tokensFrom`. */
  endSessions(tokensFrom: number, sessions: SessionId[]): Promise<void>;
}
