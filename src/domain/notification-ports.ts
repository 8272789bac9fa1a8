// How the consumer of the push queue meets the others: the channel that owes a notification, and the directory that knows whom it goes to.
import type {
  ChannelId,
  ChannelKind,
  DeadLetter,
  NotifyLevel,
  PresenceMode,
  PushJob,
  QuietHours,
  SubscribePush,
  UserId,
} from "../protocol";

/** Something that a member's devices are to be told. */
export interface DueNotification {
  user: UserId;
  action: "show" | "clear";
  /** Everything up to there is told with it; names the notification. */
  seq: number;
  /** The message to show, by seq; null for `clear`. */
  message: number | null;
  mention: boolean;
  unread: number;
  /** The devices that are still missing; null for all. */
  only: string[] | null;
  /** Devices whose push service wants to be left alone for now. */
  except: string[];
  /** How often devices have been missing before, and since when. */
  tries: number;
  failingSince: number;
}

export interface NotificationMessage {
  author: UserId;
  at: number;
  thread: number | null;
  /** Its beginning. */
  text: string;
}

/** What a channel owes its members now. */
export interface ClaimedNotifications {
  /** Names the asker: nobody else is given the same debts while it pays them. */
  claim: number;
  epoch: string;
  kind: ChannelKind;
  name: string;
  /** Of the log. */
  life: number;
  notifications: DueNotification[];
  /** By seq. */
  messages: Record<number, NotificationMessage>;
}

/**
 * What came of a debt. `nobody`: there is no device to tell. `silent`: they do not want to be told. `missing`: devices that could not be told, and in
 * how many milliseconds they may be tried again.
 */
export interface DeliveryOutcome {
  notification: DueNotification;
  result: "delivered" | "silenced" | "no_device";
  failed: Record<string, number>;
}

/** What an asker says: what came of the debts it got to, and whose it gives back. */
export interface DeliveryReport {
  /** As in `Owed`: of another life of the log nothing is heard. */
  epoch: string;
  claim: number;
  outcomes: DeliveryOutcome[];
  returned: UserId[];
  /** Whether they are given back because something failed that will not be better at once. */
  isFailing: boolean;
}

export type DeviceSubscription = SubscribePush & {
  id: string;
  user: UserId;
  /** Where it was made: whom push services turn to. */
  origin: string;
  /** Before then its service wants to hear nothing about it. Epoch milliseconds. */
  againAt: number;
};

/** Somebody who may be told, as the directory knows them. */
export interface Recipient {
  user: UserId;
  presence: PresenceMode;
  level: NotifyLevel;
  mutedUntil: number;
  previews: boolean;
  quiet: QuietHours | null;
  subscriptions: DeviceSubscription[];
}

export interface Audience {
  /** Those of the people asked for who are members. */
  recipients: Recipient[];
  /** Names of authors, by user. */
  names: Record<UserId, string>;
}

/** The directory as the consumer may ask it. */
export interface PushDirectory {
  resolve(channel: ChannelId, users: readonly UserId[], authors: readonly UserId[], now: number): Promise<Audience>;
  /** One device of somebody; null where it is gone. */
  find(user: UserId, subscription: string): Promise<DeviceSubscription | null>;
  /** Their push service knows them no more. */
  removeSubscriptions(subscriptions: readonly string[]): Promise<void>;
  /**
   * What a push service said to a device's notification, null where it took it, and when it wants to hear of it again (0: it did not say), of which the
   * latest counts. Only changes are written.
   */
  recordResult(subscription: string, detail: string | null, againAt: number): Promise<void>;
  putDeadLetter(letter: DeadLetter): Promise<void>;
}

/** Where a channel leaves its jobs. */
export interface PushQueue {
  send(job: PushJob): Promise<void>;
}
