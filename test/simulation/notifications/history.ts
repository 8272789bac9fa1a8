// What the suite did and what the push service received. All times are milliseconds of one clock.
// Nothing is checked here.
import type { ChannelKind, NotifyLevel, PushNote } from "../../../src/protocol/index.ts";
import { Timeline } from "./timeline.ts";

/** A person's connections: none, only devices that are not in use, or one that is. */
export type Activity = "away" | "idle" | "active";

export interface UserHistory {
  id: string;
  name: string;
  activity: Timeline<Activity>;
  quiet: Timeline<boolean>;
  doNotDisturb: Timeline<boolean>;
  previews: Timeline<boolean>;
}

/** A subscription at the push service, by the service's name for it. */
export interface PushTarget {
  name: string;
  user: string;
  /** Whether the server knows the subscription and not its end. */
  subscribed: Timeline<boolean>;
  /** Whether the push service knows it. */
  known: Timeline<boolean>;
}

interface Moment {
  begunAt: number;
  doneAt: number;
}

export interface SentMessage extends Moment {
  channel: string;
  seq: number;
  author: string;
  text: string;
  /** Ids of the mentioned members. */
  mentions: readonly string[];
}

/** The state of a member in a channel. */
export interface Membership {
  user: string;
  channel: string;
  member: Timeline<boolean>;
  level: Timeline<NotifyLevel>;
  muted: Timeline<boolean>;
  viewing: Timeline<boolean>;
  /** Marks only rise; sending marks everything before as read. */
  reads: (Moment & { seq: number })[];
}

export interface ChannelHistory {
  id: string;
  kind: ChannelKind;
  name: string;
  memberships: Map<string, Membership>;
  /** In the order of their seqs, once sorted. */
  messages: SentMessage[];
}

/**
 * The outcome of a request to the push service. `taken` and `cut`: the device has the notification;
 * after `cut` the server got no answer.
 */
export type RequestOutcome = "taken" | "cut" | "5xx" | "429" | "hung" | "outage" | "gone" | "bad";

export interface PushRequest {
  at: number;
  doneAt: number;
  target: string;
  topic: string;
  urgency: string;
  ttl: string;
  outcome: RequestOutcome;
  /** For `429`: the time in its Retry-After. */
  retryAfterMs: number;
  /** For `taken` and `cut`: its ordinal among the deliveries to the target; 0 otherwise. */
  place: number;
  /** What is wrong with its signature or headers; empty where nothing is. */
  error: string;
}

/** A notification that arrived at a device and was readable there. */
export interface Arrival {
  target: string;
  at: number;
  topic: string;
  cut: boolean;
  note: PushNote;
}

/** A time in which nothing could arrive. */
export interface Interruption {
  from: number;
  to: number;
}

export class History {
  readonly users = new Map<string, UserHistory>();
  readonly targets = new Map<string, PushTarget>();
  readonly channels = new Map<string, ChannelHistory>();
  readonly requests: PushRequest[] = [];
  readonly arrivals: Arrival[] = [];
  /** When the push service was down. */
  readonly outages: Interruption[] = [];
  /** When the server was down. */
  readonly downs: Interruption[] = [];

  addUser(id: string, name: string): UserHistory {
    const userHistory: UserHistory = {
      id,
      name,
      activity: new Timeline<Activity>("away"),
      quiet: new Timeline(false),
      doNotDisturb: new Timeline(false),
      previews: new Timeline(true),
    };
    this.users.set(id, userHistory);
    return userHistory;
  }

  addTarget(name: string, user: string): PushTarget {
    const target = { name, user, subscribed: new Timeline(false), known: new Timeline(true) };
    this.targets.set(name, target);
    return target;
  }

  addChannel(id: string, kind: ChannelKind, name: string, members: readonly string[]): ChannelHistory {
    const memberships = new Map(members.map((user) => [user, newMembership(user, id)]));
    const channel: ChannelHistory = { id, kind, name, memberships, messages: [] };
    this.channels.set(id, channel);
    return channel;
  }

  /** Sending marks everything before as read. */
  recordMessage(message: SentMessage): void {
    const channel = this.channels.get(message.channel);
    channel?.messages.push(message);
    channel?.memberships.get(message.author)?.reads.push(message);
  }
}

const newMembership = (user: string, channel: string): Membership => ({
  user,
  channel,
  member: new Timeline(true),
  level: new Timeline<NotifyLevel>("all"),
  muted: new Timeline(false),
  viewing: new Timeline(false),
  reads: [],
});
