// The interfaces between the consumer of the push queue, the channels, which have due
// notifications, and the directory, which stores the recipients and their devices.
import type {
  AttachmentSummary,
  ChannelId,
  ChannelKind,
  DeadLetter,
  NotifyLevel,
  PresenceMode,
  Profile,
  PushJob,
  QuietHours,
  RoleId,
  SubscribePush,
  UserId,
} from "../protocol";

/** A notification that a member's devices must show or clear. */
export interface DueNotification {
  user: UserId;
  action: "show" | "clear";
  /** The notification covers all messages up to this one. Identifies the notification. */
  seq: number;
  /** The seq of the message to show; null for `clear`. */
  message: number | null;
  mention: boolean;
  /** The entry that made the text of the message; null for `clear`. */
  version: number | null;
  /** Whether it rewords a notification that is shown, without a sound. */
  isUpdate: boolean;
  unread: number;
  /** The devices that failed before, for a retry; null for all devices. */
  only: string[] | null;
  /** Devices that must not be tried yet: their push service asked to wait. */
  except: string[];
  /** The number of failed attempts in a row, and when the first one failed. Epoch milliseconds. */
  tries: number;
  failingSince: number;
}

export interface NotificationMessage {
  author: UserId;
  at: number;
  thread: number | null;
  /** The beginning of the text. A message with attachments may have none. */
  text: string;
  attachments?: AttachmentSummary;
}

/** The due notifications of a channel that one consumer has claimed. */
export interface ClaimedNotifications {
  /**
   * Identifies the claim. While the claim holds, other consumers do not get the same notifications.
   */
  claim: number;
  epoch: string;
  kind: ChannelKind;
  name: string;
  /** The epoch number of the log. */
  epochNumber: number;
  notifications: DueNotification[];
  /** The messages to show, by seq. */
  messages: Record<number, NotificationMessage>;
}

/**
 * The outcome of one notification. `silenced`: the recipient does not want it. `no_device`: the
 * recipient has no push device. `blocked`: the recipient blocks the author of a new message.
 * `failed`: the devices that could not be reached, each with the milliseconds until it may be tried
 * again.
 */
export interface DeliveryOutcome {
  notification: DueNotification;
  result: "delivered" | "silenced" | "no_device" | "blocked";
  failed: Record<string, number>;
}

/** What a consumer reports of the notifications it claimed. */
export interface DeliveryReport {
  /** As in `ClaimedNotifications`. The channel ignores a report of another epoch. */
  epoch: string;
  claim: number;
  outcomes: DeliveryOutcome[];
  /** Recipients whose notifications were not attempted. Their claims end. */
  returned: UserId[];
  /** Whether they are returned because of a failure that will last for some time. */
  isFailing: boolean;
}

export type DeviceSubscription = SubscribePush & {
  id: string;
  user: UserId;
  /** The origin where the device subscribed. Push services get it as the contact. */
  origin: string;
  /** The device's push service asked for no request before this time. Epoch milliseconds. */
  retryAt: number;
};

/** A member who may get notifications, with their settings and devices. */
export interface Recipient {
  user: UserId;
  presence: PresenceMode;
  level: NotifyLevel;
  mutedUntil: number;
  previews: boolean;
  quiet: QuietHours | null;
  /** Those of the shown authors whom the recipient blocks. */
  blocked: readonly UserId[];
  subscriptions: DeviceSubscription[];
}

export interface Audience {
  /** The requested users who are members. */
  recipients: Recipient[];
  /** The requested authors and all members of the channel; empty if no author was requested. */
  people: Profile[];
}

/** A page of the members of a channel. */
export interface AudiencePage {
  users: UserId[];
  last: UserId | null;
}

/** What the consumer needs from the directory. */
export interface PushDirectory {
  /** `shown`: the authors of the messages that are shown, of whom the recipients may block some. */
  resolve(
    channel: ChannelId,
    users: readonly UserId[],
    authors: readonly UserId[],
    now: number,
    shown: readonly UserId[],
  ): Promise<Audience>;
  /**
   * Returns the first of at most 100 members of the guild of a channel after a user, by user, who
   * may view the channel and have one of these roles (null for everyone), and the last member of
   * the page; null on the last page.
   */
  audiencePage(channel: ChannelId, roles: readonly RoleId[] | null, after: UserId | ""): Promise<AudiencePage>;
  /** Returns one device of a user; null if the device is no longer subscribed. */
  find(user: UserId, subscription: string): Promise<DeviceSubscription | null>;
  /** Removes subscriptions that their push service no longer knows. */
  forget(subscriptions: readonly string[]): Promise<void>;
  /**
   * Stores the last answer of a push service for a device. `detail` is null if the service accepted
   * the notification. `retryAt` is 0 if the service named no time; the latest time counts. Only
   * changes are written.
   */
  recordResult(subscription: string, detail: string | null, retryAt: number): Promise<void>;
  storeDeadLetter(letter: DeadLetter): Promise<void>;
}

/** The queue to which a channel sends its push jobs. */
export interface PushQueue {
  send(job: PushJob): Promise<void>;
}
