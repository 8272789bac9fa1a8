// The interfaces between objects and the gateway. No actor imports the class of another.
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
  Preview,
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
 * A command with what identifies its repeats: its nonce, as on a socket; an idempotency key, which
 * the channel stores in a table; or nothing, if a repeat does no harm.
 */
export type IdentifiedCommand =
  | { identifiedBy: "nonce"; command: ComposedCommand }
  | { identifiedBy: "key"; key: string; command: CommandContent }
  | { identifiedBy: "none"; command: CommandContent };

/** A text of a message before an edit. */
export interface MessageVersion {
  text: string;
  /** The seq of the entry that set it. */
  version: number;
  at: number;
}

/**
 * A poll over HTTP. `knownTag` is the tag of the last answer that the client got; null if there is
 * none.
 */
export interface PollRequest<Q> {
  query: Q;
  knownTag: string | null;
}

/**
 * The frames that a socket would have received. `tag` is the client's `knownTag` in its next poll.
 * It identifies the state after the frames, with two exceptions: an answer of a channel that does
 * not end at the head, and a live update that ended a held poll of the inbox, which leaves the tag
 * as it was.
 */
export interface PollAnswer {
  tag: string;
  frames: ServerFrame[];
}

/** The result of a poll; null if nothing changed within `wait`. */
export type HeldPollResult = RpcResult<PollAnswer | null>;

/** A part of a long list. The next part begins after `after`; null if this is the last. */
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
  | { kind: "notifications"; notifications: NotificationSettings }
  /** The list of requests changed. The directory has the list. */
  | { kind: "requests" };

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
  /** The size of the object's storage. */
  bytes: number;
  usage: Usage;
}

export interface ChannelPort {
  /**
   * Applies a roster. The first roster creates the log. Returns the revision that the channel then
   * has.
   */
  applyRoster(roster: Roster): Promise<RpcResult<number>>;
  append(caller: Caller, identified: IdentifiedCommand): Promise<RpcResult<Appended>>;
  /** Runs commands as on a socket, in order. Returns one frame for each, in the same order. */
  runCommands(caller: Caller, commands: unknown[]): Promise<RpcResult<ServerFrame[]>>;
  /**
   * Returns what follows a cursor. Holds the poll while nothing is new; after `wait`, returns null.
   */
  poll(caller: Caller, request: PollRequest<ChannelPoll>): Promise<RpcResult<PollAnswer | null>>;
  page(caller: Caller, query: PageQuery): Promise<RpcResult<Page>>;
  /** Returns the texts of a message before its edits, oldest first. */
  versions(caller: Caller, seq: number): Promise<RpcResult<MessageVersion[]>>;
  /** Returns the pinned messages, oldest pin first. */
  pins(caller: Caller): Promise<RpcResult<Message[]>>;
  message(caller: Caller, seq: number): Promise<RpcResult<Message>>;
  /** Returns those of these messages that exist, are not deleted and may be read by the caller. */
  messagesAt(caller: Caller, seqs: number[]): Promise<RpcResult<Message[]>>;
  /**
   * Returns a batch of the messages of a user, who may be a former member. The gateway has
   * authenticated the user.
   */
  messagesBy(user: UserId, after: number): Promise<RpcResult<Batch<Message>>>;
  /**
   * Deletes a batch of messages of an erased account. Call it again with its answer until the
   * answer is null.
   */
  erase(user: UserId, after: number): Promise<RpcResult<number | null>>;
  /** Returns the newest message that is not deleted. The gateway has checked who asks. */
  preview(): Promise<RpcResult<Preview | null>>;
  /** Returns the authors of all messages that are not deleted. */
  authors(): Promise<RpcResult<UserId[]>>;
  /** Returns the state of the channel, for operators. */
  state(): Promise<RpcResult<ChannelState>>;
  /** Compares one page of archived rows, those after the place `after`, with the log. */
  compareArchive(after: number): Promise<RpcResult<ArchiveReport>>;
  /**
   * Schedules a rebuild of this channel's archive: from the next alarm on it is emptied and filled
   * again.
   */
  rebuildArchive(): Promise<RpcResult<null>>;
  markRead(caller: Caller, seq: number): Promise<RpcResult<number>>;
  markUnread(caller: Caller, seq: number): Promise<RpcResult<number>>;
  /** Restores the state that was stored at `at`. The next roster must begin a new epoch. */
  restore(at: number): Promise<RpcResult<null>>;
  /**
   * Claims the notifications that are due now. Other consumers do not get them while the claim
   * holds.
   */
  claimNotifications(job: WindowJob): Promise<RpcResult<ClaimedNotifications>>;
  /** Reports the outcomes of a claim. Only this moves the notification cursors. */
  reportDeliveries(report: DeliveryReport): Promise<RpcResult<null>>;
  /**
   * Resumes deliveries to a user who is online. Returns their inbox row, or `not_found` for a
   * non-member.
   */
  wake(user: UserId): Promise<RpcResult<InboxRow>>;
}

/**
 * The result of a delivery to a user object.
 * - `offline`: no device is connected. The next device that connects wakes the channel.
 * - `polling`: a held poll was answered. Only its next poll shows whether the device still exists.
 * - `viewing`: every connected device has the channel open. A device that connects later wakes the
 *   channel.
 * - `idle`: devices are connected and none of them is in use.
 * - `delivered`: a device that is in use got the row.
 */
export type DeliveryResult = "delivered" | "idle" | "viewing" | "polling" | "offline";

/** What objects ask the directory about users. */
export interface PeoplePort {
  /** Returns those of `others` who share a channel with `me`. */
  sharing(me: UserId, others: UserId[]): Promise<UserId[]>;
}

export interface UserPort {
  /**
   * Delivers the inbox row of a channel that changed. `viewingDevices` have the channel open and do
   * not need the row.
   */
  deliver(row: InboxRow, viewingDevices?: string[]): Promise<DeliveryResult>;
  /** Like `ChannelPort.poll`, for the inbox. */
  poll(caller: Caller, request: PollRequest<InboxPoll>): Promise<RpcResult<PollAnswer | null>>;
  /** Adds `watcher` to the watchers of `me`. Returns the current presence. */
  watchPresence(me: UserId, watcher: UserId): Promise<PresenceUpdate>;
  /**
   * Receives the changed presence of a watched person. Returns whether a device still watches them.
   */
  receivePresence(update: PresenceUpdate): Promise<boolean>;
  setPresenceMode(me: UserId, mode: PresenceMode): Promise<void>;
  /** Stores a setting and sends it to every device. May fail with `too_many_drafts`. */
  saveSetting(setting: Setting): Promise<RpcResult<null>>;
  /** Wakes the channels of dirty rows: gets their current rows, and resumes their deliveries. */
  wakeDirtyChannels(me: UserId): Promise<void>;
  /**
   * Returns a page of the stored data after a version. The next page begins after `after`; null on
   * the last page.
   */
  storedData(after: number): Promise<StoredUserData & { after: number | null }>;
  /**
   * Deletes the stored data of an erased account, except the token cutoff, by which its access
   * tokens are still refused.
   */
  erase(): Promise<void>;
  /** Removes a channel from the inbox of a user who left. */
  removeChannel(channel: string, user: UserId): Promise<void>;
  /** Closes the sockets of ended sessions and refuses tokens issued at or before `tokensFrom`. */
  endSessions(tokensFrom: number, sessions: SessionId[]): Promise<void>;
}
