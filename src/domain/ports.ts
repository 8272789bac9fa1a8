// The interfaces through which objects and the gateway call each other. No actor imports the class
// of another.
import type {
  Appended,
  ArchiveReport,
  ChannelLevel,
  ChannelPoll,
  ComposedCommand,
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
import type { RpcResult } from "./error";
import type { CommandContent } from "./log";
import type { ClaimedNotifications, DeliveryReport } from "./notification-ports";
import type { PresenceUpdate } from "./presence";
import type { Roster } from "./roster";

/**
 * The authenticated caller. `issuedAt` is when the access token was issued, in epoch milliseconds.
 */
export interface Caller {
  user: UserId;
  session: SessionId;
  issuedAt: number;
}

/**
 * A command with what identifies a repeat of it: its nonce, as on a socket; an idempotency key,
 * which the channel stores in a table; or nothing, when a repeat does no harm.
 */
export type IdentifiedCommand =
  | { identifiedBy: "nonce"; command: ComposedCommand }
  | { identifiedBy: "key"; key: string; command: CommandContent }
  | { identifiedBy: "none"; command: CommandContent };

/** A text that a message had. */
export interface MessageVersion {
  text: string;
  /** The seq of the entry that set it. */
  version: number;
  at: number;
}

/** A poll over HTTP. `knownTag` is the tag of the client's last answer; null when it has none. */
export interface PollRequest<Q> {
  query: Q;
  knownTag: string | null;
}

/** The frames that a socket would have received, and a tag of the state after them. */
export interface PollAnswer {
  tag: string;
  frames: ServerFrame[];
}

/** A part of a long list. The next part begins after `after`; null when this is the last. */
export interface Batch<T> {
  items: T[];
  after: number | null;
}

/** A setting that all devices of a person share. */
export type Setting =
  | { kind: "draft"; draft: Draft }
  | { kind: "mute"; mute: Mute }
  | { kind: "level"; level: ChannelLevel }
  | { kind: "presence"; presence: PresenceMode }
  | { kind: "notifications"; notifications: NotificationSettings };

/** What a user object stores of its person. */
export interface StoredUserData {
  drafts: Draft[];
  mutes: Mute[];
  levels: ChannelLevel[];
  rows: InboxRow[];
}

/** The state of a channel for operators: how far it is archived, and its usage. */
export interface ChannelState {
  head: number;
  messages: number;
  archived: number;
  usage: Usage;
}

export interface ChannelPort {
  /** Applies a roster; the first one creates the log. Answers the revision in force. */
  applyRoster(roster: Roster): Promise<RpcResult<number>>;
  append(caller: Caller, identified: IdentifiedCommand): Promise<RpcResult<Appended>>;
  /** Runs commands as on a socket, in order. Answers one frame for each, in the same order. */
  runCommands(caller: Caller, commands: unknown[]): Promise<RpcResult<ServerFrame[]>>;
  /** What follows a position. Holds the poll for `wait` while nothing is new, then answers null. */
  poll(caller: Caller, request: PollRequest<ChannelPoll>): Promise<RpcResult<PollAnswer | null>>;
  page(caller: Caller, query: PageQuery): Promise<RpcResult<Page>>;
  /** The texts of a message before its edits, oldest first. */
  versions(caller: Caller, seq: number): Promise<RpcResult<MessageVersion[]>>;
  /** Pinned messages, oldest pin first. */
  pins(caller: Caller): Promise<RpcResult<Message[]>>;
  message(caller: Caller, seq: number): Promise<RpcResult<Message>>;
  /** The current state of those of these messages that exist and that the caller may read. */
  messagesAt(caller: Caller, seqs: number[]): Promise<RpcResult<Message[]>>;
  /** The messages of a user, also of a former member. The caller has authenticated them. */
  messagesBy(user: UserId, after: number): Promise<RpcResult<Batch<Message>>>;
  /** Deletes messages of an erased account. To be repeated from its answer until that is null. */
  erase(user: UserId, after: number): Promise<RpcResult<number | null>>;
  /** The authors of all messages that are not deleted. */
  authors(): Promise<RpcResult<UserId[]>>;
  /** For operators. */
  state(): Promise<RpcResult<ChannelState>>;
  /** Compares one page of archived rows, those behind the place `after`, with the log. */
  compareArchive(after: number): Promise<RpcResult<ArchiveReport>>;
  /** Empties the archive of this channel and fills it again, from the next alarm on. */
  rebuildArchive(): Promise<RpcResult<null>>;
  markRead(caller: Caller, seq: number): Promise<RpcResult<number>>;
  markUnread(caller: Caller, seq: number): Promise<RpcResult<number>>;
  /** Restores the stored state of `at`. The next roster must begin a new epoch. */
  restore(at: number): Promise<RpcResult<null>>;
  /**
   * Claims the due notifications of the job's window. Other consumers do not get them meanwhile.
   */
  claimNotifications(job: WindowJob): Promise<RpcResult<ClaimedNotifications>>;
  /** Reports the outcomes of a claim. Only this moves the notification cursors. */
  reportDeliveries(report: DeliveryReport): Promise<RpcResult<null>>;
  /**
   * The user is online and gets signals again. Answers their inbox row, or `not_found` for a
   * non-member.
   */
  wake(user: UserId): Promise<RpcResult<InboxRow>>;
}

/**
 * What a user object answers to a signal.
 * - `offline`: no device is connected. The next device that connects asks for the row.
 * - `polling`: a held poll was answered. Only its next poll shows whether the device still exists.
 * - `viewing`: every connected device has the channel open. A device that connects later asks.
 * - `idle`: devices are connected and none of them is in use.
 * - `delivered`: a device that is in use got the row.
 */
export type DeliveryResult = "delivered" | "idle" | "viewing" | "polling" | "offline";

/** What objects ask the directory about people. */
export interface PeoplePort {
  /** Those of `others` who share a channel with `me`. */
  sharing(me: UserId, others: UserId[]): Promise<UserId[]>;
}

export interface UserPort {
  /** A channel changed. `here`: the devices that have it open and need no signal. */
  deliver(row: InboxRow, viewingDevices?: string[]): Promise<DeliveryResult>;
  /** As `ChannelPort.poll`, for the inbox. */
  poll(caller: Caller, request: PollRequest<InboxPoll>): Promise<RpcResult<PollAnswer | null>>;
  /** `watcher` follows the presence of `me` from now on. Answers the current presence. */
  watchPresence(me: UserId, watcher: UserId): Promise<PresenceUpdate>;
  /** A watched person's presence changed. Answers whether a device still watches them. */
  receivePresence(update: PresenceUpdate): Promise<boolean>;
  setPresenceMode(me: UserId, mode: PresenceMode): Promise<void>;
  /** Stores a setting and sends it to every device. It may answer `too_many_drafts`. */
  saveSetting(setting: Setting): Promise<RpcResult<null>>;
  /**
   * Asks the channels of dirty rows for their rows. From then on these channels send signals again.
   */
  wakeDirtyChannels(me: UserId): Promise<void>;
  /** A part of the stored data after a version. The next part begins after `after`. */
  storedData(after: number): Promise<StoredUserData & { after: number | null }>;
  /** The account was erased: deletes everything that is stored here. */
  erase(): Promise<void>;
  /** The user left the channel: removes it from their inbox. */
  removeChannel(channel: string, user: UserId): Promise<void>;
  /** Closes the sockets of ended sessions and refuses tokens issued at or before `tokensFrom`. */
  endSessions(tokensFrom: number, sessions: SessionId[]): Promise<void>;
}
