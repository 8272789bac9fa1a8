// The parts of a channel that has a log, put together once per waking.
import type { ArchivePort } from "../domain/archive";
import type { PushQueue } from "../domain/notification-ports";
import type { UserPort } from "../domain/ports";
import { type Event, limits, type Rates } from "../protocol";
import { Buckets } from "../runtime/buckets";
import { isSettledWithin } from "../runtime/deadline";
import { WaitingRoom } from "../runtime/held-polls";
import { RowCounter } from "../runtime/row-counter";
import type { SocketIndex } from "../runtime/sockets";
import { Alarm } from "./alarm";
import { Archiving } from "./archive/archiver";
import { FanOut } from "./inbox/fan-out";
import { Summaries } from "./inbox/inbox-rows";
import { Relay } from "./live/broadcaster";
import { Company } from "./live/channel-presence";
import { Deliveries } from "./live/delivered-marks";
import { Onlookers } from "./live/viewers";
import { IdempotencyKeys } from "./log/idempotency-keys";
import { ChannelLog, type LogHeader } from "./log/log";
import { Turn } from "./log/turn";
import { Standing } from "./members/member-states";
import { RosterMirror } from "./members/roster-mirror";
import type { Attachment } from "./members/socket-state";
import { Pushing } from "./notifications/scheduler";
import { UsageCounter } from "./usage";

/** For so long an alarm waits for the archive; so much later one that was cut short is noticed. */
const ARCHIVING_MS = 1_000;
const CUT_SHORT_MS = 40_000;

export interface Surroundings {
  storage: DurableObjectStorage;
  sockets: SocketIndex<Attachment>;
  rates: Rates;
  /** Opened where it is needed: a channel is not to fail because of it. */
  archive(): ArchivePort;
  userObject(user: string): UserPort;
  pushQueue: PushQueue;
  /** What the alarm was set to when the object woke. */
  alarmAt: number | null;
  now(): number;
  /** Drops the object's memory; the next event starts from what is stored. */
  abort(reason: string): void;
}

export class Channel {
  readonly log: ChannelLog;
  readonly roster: RosterMirror;
  readonly standing: Standing;
  readonly summaries: Summaries;
  readonly keys: IdempotencyKeys;
  readonly sends: Buckets;
  readonly asks: Buckets;
  readonly alarm: Alarm;
  readonly deliveries: Deliveries;
  readonly fanOut: FanOut;
  readonly turn: Turn;
  readonly company: Company;
  /** Polls that are held until something happens. */
  readonly pollers = new WaitingRoom<true>(limits.socketsPerUser);
  readonly sockets: SocketIndex<Attachment>;
  readonly sql: SqlStorage;
  readonly usage: UsageCounter;
  readonly archive: () => ArchivePort;
  readonly archiving: Archiving;
  readonly pushing: Pushing;
  readonly onlookers: Onlookers;
  readonly relay: Relay;
  readonly now: () => number;

  constructor(header: LogHeader, around: Surroundings) {
    const { storage, sockets, rates, now } = around;
    const rows = new RowCounter(storage.sql);
    this.sql = rows.sql;
    this.now = now;
    this.archive = around.archive;
    this.sockets = sockets;
    this.log = new ChannelLog(storage, this.sql, header);
    this.roster = new RosterMirror(this.sql, header.revision);
    this.standing = new Standing(this.sql, { usage: () => this.usage.total, head: () => this.log.head });
    this.usage = new UsageCounter(this.standing.usageBefore, rows, now());
    this.summaries = new Summaries(this.sql, this.log, this.standing, this.roster);
    this.keys = new IdempotencyKeys(this.sql);
    this.sends = new Buckets(rates.send);
    this.asks = new Buckets(rates.ask);
    this.alarm = new Alarm(storage, around.alarmAt, () => this.usage.alarms++);
    // What open sockets have marked is in their attachments, and may not be in the row yet.
    for (const { attachment } of sockets.all()) this.standing.raise(attachment.user, attachment.read, this.log.head);
    sockets.onLeaving = ({ user }) => {
      if (this.standing.isUnsaved(user)) this.standing.save(now());
      this.company.changed(user);
    };
    const { log, roster, pollers } = this;
    this.onlookers = new Onlookers(sockets, pollers, now);
    this.relay = new Relay({ log, roster, sockets, pollers, now });
    this.company = new Company({
      channel: header.channel,
      sockets,
      roster: this.roster,
      now,
      send: (attached, frame) => this.relay.send(attached, frame),
      broadcast: (frame) => this.relay.broadcast(frame),
    });
    this.deliveries = new Deliveries({
      channel: header.channel,
      now,
      arm: (at) => this.alarm.arm(at),
      broadcast: (frame) => this.relay.broadcast(frame),
      shows: (user) => this.roster.get(user)?.receipts ?? false,
    });
    this.fanOut = new FanOut(
      {
        channel: header.channel,
        members: () => this.roster.members,
        isMember: (user) => this.roster.get(user) !== null,
        placeOf: (user) => this.summaries.placeOf(user),
        rowOf: (user) => this.summaries.rowOf(user),
        isHere: (user) => sockets.hasUser(user),
        isLooking: (user) => this.onlookers.isLooking(user),
        devicesOf: (user) => this.onlookers.devicesOf(user),
        userObject: (user) => {
          this.usage.objectRequests++;
          return around.userObject(user);
        },
        now,
        reached: (user, head) => this.deliveries.reached(user, head),
        turned: (user) => this.pushing.turned(user),
        settled: () => {
          this.deliveries.announce();
          this.pushing.consider();
        },
        arm: (at) => this.alarm.arm(at),
      },
      this.standing,
    );
    this.archiving = new Archiving({
      sql: this.sql,
      log: this.log,
      standing: this.standing,
      usage: this.usage,
      archive: around.archive,
      now,
      arm: (at) => this.alarm.arm(at),
    });
    this.pushing = new Pushing({
      log: this.log,
      standing: this.standing,
      summaries: this.summaries,
      queue: {
        send: (job) => {
          this.usage.queueMessages++;
          return around.pushQueue.send(job);
        },
      },
      members: () => this.roster.members.map(({ user }) => user),
      isMember: (user) => this.roster.get(user) !== null,
      isPresent: (user) => !this.fanOut.isAbsent(user) || this.onlookers.isLooking(user),
      ask: (user) => this.fanOut.ask(user),
      now,
      arm: (at) => this.alarm.arm(at),
    });
    this.turn = new Turn({
      transact: (work) => this.log.transact(work),
      broadcast: (events) => this.relay.events(events),
      flushed: (events) => {
        if (events.length > 0) this.#moved(events);
        this.pollers.call(true);
      },
      broken: () => around.abort("storage refused a turn"),
    });
  }

  /**
   * The alarm rang: tells whoever is behind, brings the log to the archive, and saves what would be lost with the memory, before and after it is
   * known who is absent.
   */
  async ring(): Promise<void> {
    this.alarm.rang();
    this.fanOut.ring();
    this.deliveries.announce();
    this.standing.saveUnsafe(this.now(), this.onlookers.heldMarks());
    const drained = this.archiving.drain().then(() => this.standing.saveDue(this.now(), this.onlookers.heldMarks()));
    const [isDrained] = await Promise.all([isSettledWithin(drained, ARCHIVING_MS), this.fanOut.settled()]);
    // No alarm rings while one is being answered, and the members' signals wait for it, so a slow archive goes on by itself; should that be cut short,
    // the next alarm goes on with it.
    if (!isDrained) this.alarm.arm(this.now() + CUT_SHORT_MS);
    this.pushing.ring();
    this.standing.saveUnsafe(this.now(), this.onlookers.heldMarks());
  }

  /** A device of theirs holds everything up to the head. */
  reached(user: string): void {
    this.deliveries.reached(user, this.log.head);
    this.deliveries.announce();
  }

  /** The log moved: who looks on has it, the others are told of it. */
  #moved(events: readonly Event[]): void {
    for (const { type } of events) if (type === "message.sent") this.usage.messages++;
    for (const { attachment } of this.sockets.all()) {
      if (attachment.joined) this.deliveries.reached(attachment.user, this.log.head);
    }
    this.pushing.moved(events);
    this.fanOut.moved(new Set(events.map(({ actor }) => actor)));
    // With what the calls find out, in one frame; and once it is known who is there.
    if (!this.fanOut.isIdle) return;
    this.deliveries.announce();
    this.pushing.consider();
  }
}
