// The interfaces between objects and the gateway. No actor imports the class of another.
import type {
  Appended,
  ArchiveReport,
  AttachmentId,
  BroadcastJob,
  ChannelId,
  ChannelPoll,
  ComposedCommand,
  InboxPoll,
  Message,
  Page,
  PageQuery,
  PersonalSignal,
  PersonBlock,
  PresenceMode,
  Preview,
  Profile,
  ServerFrame,
  SessionId,
  TicketId,
  Usage,
  UserId,
  WindowJob,
} from "../protocol";
import type { ReadableFile } from "./attachments";
import type { Batch, PinPage, PinPosition, VersionBatch } from "./batches";
import type { DeliveredRow } from "./block";
import type { CallAdmission, SignalResult } from "./calls";
import type { RpcResult } from "./error";
import type { CommandContent } from "./log";
import type { ClaimedNotifications, DeliveryReport } from "./notification-ports";
import type { PersonalItem, PersonalPart, StoredUserData } from "./personal-data";
import type { PresenceUpdate } from "./presence";
import type { Purge } from "./purge";
import type { Roster } from "./roster";
import type { TailAnswer, TailQuery } from "./search-hit";
import type { NotificationSetting, Setting } from "./setting";

export type { ReadableFile } from "./attachments";
export type { Batch, PinPage, PinPosition, VersionBatch } from "./batches";
export type { CallAdmission, SignalResult } from "./calls";
export type { FileReferenceChange, FilesPort } from "./file-ports";
export type { ClaimedNotifications, DeliveryReport } from "./notification-ports";
export type { PersonalPart } from "./personal-data";
export type { Purge } from "./purge";
export type { Roster } from "./roster";
export type { TailAnswer, TailQuery } from "./search-hit";
export type { DirectorySetting, NotificationSetting, Setting } from "./setting";

/** The authenticated caller. `issuedAt`: when the access token was issued. Epoch milliseconds. */
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

/** A poll over HTTP. `knownTag`: the tag of the client's last answer; null if there is none. */
export interface PollRequest<Q> {
  query: Q;
  knownTag: string | null;
}

/**
 * The frames that a socket would have received. `tag` is the client's `knownTag` in its next poll.
 * It identifies the state after the frames, with two exceptions: an answer of a channel that does
 * not end at the head, and a live update or a signal that ended a held poll, which leaves the tag
 * as it was.
 */
export interface PollAnswer {
  tag: string;
  frames: ServerFrame[];
}

/** The answer of an RPC. */
export type Answer<T> = Promise<RpcResult<T>>;

/** The answer of a poll; null if nothing changed within its `wait`. */
export type PolledFrames = Answer<PollAnswer | null>;

/**
 * The end of sessions of one account. An object may apply it twice and in any order: it names what
 * is open, so that every other session of the user has ended.
 */
export interface EndedSessions {
  user: UserId;
  /** Access tokens issued at or before this time are refused. Epoch milliseconds. */
  tokensFrom: number;
  /** The open sessions. A session that is missing and was opened after `tokensFrom` is open too. */
  openSessions: SessionId[];
}

/** What a user object asks the directory to deliver. */
export interface DeliveryPort {
  /**
   * Delivers the changes of an account that are due to its objects. Returns when the next one is
   * due; null if every object has confirmed. Epoch milliseconds.
   */
  deliverDue(user: UserId): Promise<number | null>;
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
  /**
   * Closes the sockets of ended sessions and refuses their access tokens. Returns false if an older
   * roster that is under way could bring the user with a lower token cutoff.
   */
  endSessions(ended: EndedSessions): Promise<RpcResult<boolean>>;
  append(caller: Caller, identified: IdentifiedCommand): Promise<RpcResult<Appended>>;
  /** Runs commands as on a socket, in order. Returns one frame for each, in the same order. */
  runCommands(caller: Caller, commands: unknown[]): Promise<RpcResult<ServerFrame[]>>;
  /**
   * Returns what follows a cursor. Holds the poll while nothing is new; after `wait`, returns null.
   */
  poll(caller: Caller, request: PollRequest<ChannelPoll>): PolledFrames;
  page(caller: Caller, query: PageQuery): Promise<RpcResult<Page>>;
  /**
   * Returns the texts of a message before its edits, oldest first: those after the version `after`,
   * at most `limit`.
   */
  versions(caller: Caller, seq: number, after: number, limit: number): Promise<RpcResult<VersionBatch>>;
  /** Returns the pinned messages after a position, oldest pin first, at most `limit`. */
  pins(caller: Caller, after: PinPosition | null, limit: number): Promise<RpcResult<PinPage>>;
  message(caller: Caller, seq: number): Promise<RpcResult<Message>>;
  /**
   * Returns the file of an attachment of a message that the caller may read now: `not_found`
   * otherwise, also for a deleted message. Reads no database.
   */
  mayRead(caller: Caller, attachment: AttachmentId): Promise<RpcResult<ReadableFile>>;
  /** Fails with `forbidden` unless the caller may attach files to messages now. */
  mayAttach(caller: Caller): Promise<RpcResult<null>>;
  /** Returns those of these tickets whose attachment a message has. The sweep asks. */
  heldTickets(tickets: TicketId[]): Promise<RpcResult<TicketId[]>>;
  /**
   * Returns those of these messages that exist, are not deleted and may be read by the caller, in
   * batches: call it again with the seqs after `after`.
   */
  messagesAt(caller: Caller, seqs: number[]): Promise<RpcResult<Batch<Message>>>;
  /** Searches the entries that the archive of the channel may lack, as the caller may see them. */
  searchTail(caller: Caller, query: TailQuery): Promise<RpcResult<TailAnswer>>;
  /**
   * Returns a batch of what is stored of a user, who may be a former member. It shows nothing that
   * the user may not read. The gateway has authenticated the user.
   */
  personalData(user: UserId, part: PersonalPart, after: number): Answer<Batch<PersonalItem>>;
  /** Deletes a batch of messages of an erased account. Repeat with the answer until it is null. */
  erase(user: UserId, after: number): Promise<RpcResult<number | null>>;
  /** Deletes what a person sent lately. Returns how many messages; a repeat returns the same. */
  purge(purge: Purge): Promise<RpcResult<number>>;
  /** Returns the newest message that is not deleted. The gateway has checked who asks. */
  preview(): Promise<RpcResult<Preview | null>>;
  /**
   * Returns the authors of the messages that are not deleted, of the part of the log after a
   * position. An author may be in several batches.
   */
  authors(after: number): Promise<RpcResult<Batch<UserId>>>;
  /**
   * Erases a channel without members: its log, its archive and its rows in inboxes. Returns false
   * if another call must continue. After it nothing creates the log again. May be repeated.
   */
  eraseChannel(): Promise<RpcResult<boolean>>;
  /** Returns the state of the channel, for operators. */
  state(): Promise<RpcResult<ChannelState>>;
  /** Compares one page of archived rows, those after the place `after`, with the log. */
  compareArchive(after: number): Promise<RpcResult<ArchiveReport>>;
  /** Schedules a rebuild of the archive: the next alarms empty it and fill it again. */
  rebuildArchive(): Promise<RpcResult<null>>;
  /** Asks a large channel to report its head, because a device follows its guild now. */
  reportHead(): Promise<RpcResult<null>>;
  /** `seen`: messages that the caller has seen, wherever their read mark is. */
  markRead(caller: Caller, seq: number, seen?: readonly number[]): Promise<RpcResult<number>>;
  markUnread(caller: Caller, seq: number): Promise<RpcResult<number>>;
  /** Restores the state that was stored at `at`. The next roster must begin a new epoch. */
  restore(at: number): Promise<RpcResult<null>>;
  /**
   * Claims the notifications that are due now. Other consumers do not get them while the claim
   * holds. `users`: of a broadcast, those of the page.
   */
  claimNotifications(job: WindowJob | BroadcastJob, users?: UserId[]): Promise<RpcResult<ClaimedNotifications>>;
  /** Reports the outcomes of a claim. Only this moves the notification cursors. */
  reportDeliveries(report: DeliveryReport): Promise<RpcResult<null>>;
  /** Returns for whom a call of the channel still rings; nobody if it is not on. */
  ringing(call: number): Promise<RpcResult<UserId[]>>;
  /** Throws unless the caller may be in a call of the channel; charges them for credentials. */
  admitToCall(caller: Caller): Promise<RpcResult<CallAdmission>>;
  /**
   * Resumes deliveries to a user who is online. Returns their inbox row, or `not_found` for a
   * non-member.
   */
  wake(user: UserId): Promise<RpcResult<DeliveredRow>>;
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

/** What objects ask and tell the directory about users. */
export interface PeoplePort {
  /** Returns those of `others` who share a channel with `me`. */
  sharing(me: UserId, others: UserId[]): Promise<UserId[]>;
  /** Stores a setting for the push consumer. One of a channel that the person left is dropped. */
  saveNotificationSetting(me: UserId, setting: NotificationSetting): Promise<void>;
  /** Stores a block, or its end. The direct channel of both gets a roster. */
  saveBlock(me: UserId, block: PersonBlock): Promise<void>;
}

export interface UserPort {
  /**
   * Delivers the inbox row of a channel that changed. `viewingDevices` have the channel open and do
   * not need the row. `isSettled`: the channel is large and no device of the person has it open, so
   * that only a mention or their own mark changes the row.
   */
  deliver(row: DeliveredRow, viewingDevices?: string[], isSettled?: boolean): Promise<DeliveryResult>;
  /** Like `ChannelPort.poll`, for the inbox. */
  poll(caller: Caller, request: PollRequest<InboxPoll>): PolledFrames;
  /** Adds `watcher` to the watchers of `me`. Returns the current presence. */
  watchPresence(me: UserId, watcher: UserId): Promise<PresenceUpdate>;
  /** Receives a changed presence. Returns whether a device still watches the person. */
  receivePresence(update: PresenceUpdate): Promise<boolean>;
  setPresenceMode(me: UserId, mode: PresenceMode): Promise<void>;
  /**
   * Stores a setting, sends it to every device and writes it to the directory if the push consumer
   * needs it. May fail with `too_many_drafts` and `draft_outdated`; with `temporary` if only the
   * write to the directory failed, which the object repeats.
   */
  saveSetting(me: UserId, setting: Setting): Promise<RpcResult<null>>;
  /** Wakes the channels of dirty rows: gets their current rows, and resumes their deliveries. */
  wakeDirtyChannels(me: UserId): Promise<void>;
  /**
   * Returns the channels whose archive may lack entries because they may have moved within its lag,
   * those that moved last first.
   */
  movedChannels(me: UserId): Promise<ChannelId[]>;
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
  /**
   * Sends a signal to every device, unless the person does not want to be disturbed. Nothing is
   * stored.
   */
  signal(signal: PersonalSignal): Promise<SignalResult>;
  /** Sends a changed profile to every device. The handle of a deleted account is empty. */
  showProfile(profile: Profile): Promise<void>;
  /** Removes a channel from the inbox of a user who left. */
  removeChannel(channel: string, user: UserId): Promise<void>;
  /** Closes the sockets of ended sessions and refuses their access tokens. */
  endSessions(ended: EndedSessions): Promise<void>;
  /** Sets the alarm, which delivers the changes of `me` that objects have not confirmed. */
  deliverLater(me: UserId, at: number): Promise<void>;
}

/** The channel objects, by channel. A namespace of Durable Objects implements it. */
export interface ChannelsPort {
  getByName(channel: ChannelId): ChannelPort;
}

/** The user objects, by user. A namespace of Durable Objects implements it. */
export interface UsersPort {
  getByName(user: UserId): UserPort;
}
