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
export interface Debt {
  user: UserId;
  do: "show" | "clear";
  /** Everything up to there is told with it; names the notification. */
  seq: number;
  /** The message to show, by seq; null for `clear`. */
  message: number | null;
  mention: boolean;
  unread: number;
  /** The devices that are still missing; null for all. */
  only: string[] | null;
}

export interface OwedMessage {
  author: UserId;
  at: number;
  thread: number | null;
  /** Its beginning. */
  text: string;
}

/** What a channel owes its members now. */
export interface Owed {
  /** Names the asker: nobody else is given the same debts while it pays them. */
  claim: number;
  kind: ChannelKind;
  name: string;
  /** Of the log. */
  life: number;
  debts: Debt[];
  /** By seq. */
  messages: Record<number, OwedMessage>;
  /** When more will be owed that could not be done before; null where nothing waits. */
  againMs: number | null;
}

/** What came of a debt. `nobody`: there is no device to tell. `silent`: they do not want to be told. `missing`: devices to be tried again in `againMs`. */
export interface Outcome {
  user: UserId;
  do: "show" | "clear";
  seq: number;
  result: "told" | "silent" | "nobody";
  missing: string[];
  againMs: number;
}

/** What an asker says: what came of the debts it got to, and whose it gives back. */
export interface Settlement {
  claim: number;
  outcomes: Outcome[];
  returned: UserId[];
}

export type Subscription = SubscribePush & {
  id: string;
  user: UserId;
  /** Where it was made: whom push services turn to. */
  origin: string;
};

/** Somebody who may be told, as the directory knows them. */
export interface Recipient {
  user: UserId;
  presence: PresenceMode;
  level: NotifyLevel;
  mutedUntil: number;
  previews: boolean;
  quiet: QuietHours | null;
  subscriptions: Subscription[];
}

export interface Audience {
  /** Those of the people asked for who are members. */
  recipients: Recipient[];
  /** Names of authors, by user. */
  names: Record<UserId, string>;
}

/** The directory as the consumer may ask it. */
export interface PushDirectory {
  resolve(channel: ChannelId, users: readonly UserId[], authors: readonly UserId[]): Promise<Audience>;
  /** One device of somebody; null where it is gone. */
  find(user: UserId, subscription: string): Promise<Subscription | null>;
  /** Their push service knows them no more. */
  forget(subscriptions: readonly string[]): Promise<void>;
  /** What a push service said to a device's notification; null where it took it. Only changes are written. */
  remark(subscription: string, detail: string | null): Promise<void>;
  bury(letter: DeadLetter): Promise<void>;
}

/** Where a channel leaves its jobs. */
export interface PushQueue {
  send(job: PushJob): Promise<void>;
}
