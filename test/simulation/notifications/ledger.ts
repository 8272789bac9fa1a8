// What the suite did and what the push service saw, as it happened. Everything is in milliseconds of one clock; nothing is judged here.
import type { ChannelKind, NotifyLevel, PushNote } from "../../../src/protocol/index.ts";
import { Timeline } from "./timeline.ts";

/** How somebody is there: not at all, with devices that nobody uses, or with one in use. */
export type Attendance = "away" | "idle" | "active";

export interface Actor {
  id: string;
  name: string;
  attendance: Timeline<Attendance>;
  quiet: Timeline<boolean>;
  undisturbed: Timeline<boolean>;
  previews: Timeline<boolean>;
}

/** A subscription at the push service, which names it. */
export interface Target {
  name: string;
  user: string;
  /** Whether the server has been told of it, and not that it is over. */
  subscribed: Timeline<boolean>;
  /** Whether the push service knows it. */
  known: Timeline<boolean>;
}

interface Moment {
  begunAt: number;
  doneAt: number;
}

export interface Said extends Moment {
  channel: string;
  seq: number;
  author: string;
  text: string;
  /** Members by id. */
  calls: readonly string[];
}

/** Where a member stands in a channel. */
export interface Seat {
  user: string;
  channel: string;
  member: Timeline<boolean>;
  level: Timeline<NotifyLevel>;
  muted: Timeline<boolean>;
  looking: Timeline<boolean>;
  /** Marks only rise; writing is reading. */
  reads: (Moment & { seq: number })[];
}

export interface Talk {
  id: string;
  kind: ChannelKind;
  name: string;
  seats: Map<string, Seat>;
  /** In the order of their seqs, once they are sorted. */
  said: Said[];
}

/** What became of a request to the push service. `taken`, `cut`: the device has it; `cut` never said so. */
export type Fate = "taken" | "cut" | "5xx" | "429" | "hung" | "outage" | "gone" | "bad";

export interface Knock {
  at: number;
  doneAt: number;
  target: string;
  topic: string;
  urgency: string;
  ttl: string;
  fate: Fate;
  /** For `429`: how long it asked to be left alone. */
  retryAfterMs: number;
  /** For `taken` and `cut`: the how manieth it was of its device. */
  place: number;
  /** What is wrong with how it was signed or framed; empty where nothing is. */
  flaw: string;
}

/** Something that arrived at a device, and could be read there. */
export interface Arrival {
  target: string;
  at: number;
  topic: string;
  cut: boolean;
  note: PushNote;
}

/** A time in which nothing could arrive. */
export interface Trouble {
  from: number;
  to: number;
}

export class Ledger {
  readonly actors = new Map<string, Actor>();
  readonly targets = new Map<string, Target>();
  readonly talks = new Map<string, Talk>();
  readonly knocks: Knock[] = [];
  readonly arrivals: Arrival[] = [];
  /** The push service was gone. */
  readonly outages: Trouble[] = [];
  /** The server was gone. */
  readonly downs: Trouble[] = [];

  addActor(id: string, name: string): Actor {
    const actor: Actor = {
      id,
      name,
      attendance: new Timeline<Attendance>("away"),
      quiet: new Timeline(false),
      undisturbed: new Timeline(false),
      previews: new Timeline(true),
    };
    this.actors.set(id, actor);
    return actor;
  }

  addTarget(name: string, user: string): Target {
    const target = { name, user, subscribed: new Timeline(false), known: new Timeline(true) };
    this.targets.set(name, target);
    return target;
  }

  addTalk(id: string, kind: ChannelKind, name: string, members: readonly string[]): Talk {
    const seats = new Map(members.map((user) => [user, newSeat(user, id)]));
    const talk: Talk = { id, kind, name, seats, said: [] };
    this.talks.set(id, talk);
    return talk;
  }

  /** Sending reads. */
  say(said: Said): void {
    const talk = this.talks.get(said.channel);
    talk?.said.push(said);
    talk?.seats.get(said.author)?.reads.push(said);
  }
}

const newSeat = (user: string, channel: string): Seat => ({
  user,
  channel,
  member: new Timeline(true),
  level: new Timeline<NotifyLevel>("all"),
  muted: new Timeline(false),
  looking: new Timeline(false),
  reads: [],
});
