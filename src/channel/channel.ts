// The parts of a channel that has a log, put together once per waking.
import type { ArchivePort } from "../domain/archive";
import type { PushQueue } from "../domain/notification-ports";
import type { UserPort } from "../domain/ports";
import { type Event, limits, type Rates } from "../protocol";
import { TokenBuckets } from "../runtime/buckets";
import { isSettledWithin } from "../runtime/deadline";
import { HeldPolls } from "../runtime/held-polls";
import { RowCounter } from "../runtime/row-counter";
import type { SocketIndex } from "../runtime/sockets";
import { ChannelAlarm } from "./alarm";
import { Archiver } from "./archive/archiver";
import { FanOut } from "./inbox/fan-out";
import { InboxRows } from "./inbox/inbox-rows";
import { Broadcaster } from "./live/broadcaster";
import { ChannelPresence } from "./live/channel-presence";
import { DeliveredMarks } from "./live/delivered-marks";
import { Viewers } from "./live/viewers";
import { IdempotencyKeys } from "./log/idempotency-keys";
import { Log, type LogHeader } from "./log/log";
import { Turn } from "./log/turn";
import type { Checkpoint } from "./members/checkpoint";
import type { MemberStates } from "./members/member-states";
import { RosterMirror } from "./members/roster-mirror";
import { SavedState } from "./members/saved-state";
import type { ChannelSocketState } from "./members/socket-state";
import { NotificationScheduler } from "./notifications/scheduler";
import { UsageCounter } from "./usage";

/** For so long an alarm waits for the archive; so much later one that was cut short is noticed. */
const ARCHIVING_MS = 1_000;
const CUT_SHORT_MS = 40_000;

export interface ChannelEnvironment {
  storage: DurableObjectStorage;
  sockets: SocketIndex<ChannelSocketState>;
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
  readonly log: Log;
  readonly roster: RosterMirror;
  readonly savedState: SavedState;
  readonly memberStates: MemberStates;
  readonly checkpoint: Checkpoint;
  readonly inboxRows: InboxRows;
  readonly keys: IdempotencyKeys;
  readonly sends: TokenBuckets;
  readonly queries: TokenBuckets;
  readonly alarm: ChannelAlarm;
  readonly deliveredMarks: DeliveredMarks;
  readonly fanOut: FanOut;
  readonly turn: Turn;
  readonly channelPresence: ChannelPresence;
  /** Polls that are held until something happens. */
  readonly pollers = new HeldPolls<true>(limits.socketsPerUser);
  readonly sockets: SocketIndex<ChannelSocketState>;
  readonly sql: SqlStorage;
  readonly usage: UsageCounter;
  readonly archive: () => ArchivePort;
  readonly archiver: Archiver;
  readonly notifications: NotificationScheduler;
  readonly viewers: Viewers;
  readonly broadcaster: Broadcaster;
  readonly now: () => number;

  constructor(header: LogHeader, environment: ChannelEnvironment) {
    const { storage, sockets, rates, now } = environment;
    const rows = new RowCounter(storage.sql);
    this.sql = rows.sql;
    this.now = now;
    this.archive = environment.archive;
    this.sockets = sockets;
    this.log = new Log(storage, this.sql, header);
    this.roster = new RosterMirror(this.sql, header.revision);
    this.savedState = new SavedState(this.sql, { usage: () => this.usage.total, head: () => this.log.head });
    this.memberStates = this.savedState.members;
    this.checkpoint = this.savedState.checkpoint;
    this.usage = new UsageCounter(this.checkpoint.usageBefore, rows, now());
    this.inboxRows = new InboxRows(this.sql, this.log, this.memberStates, this.roster);
    this.keys = new IdempotencyKeys(this.sql);
    this.sends = new TokenBuckets(rates.send);
    this.queries = new TokenBuckets(rates.ask);
    this.alarm = new ChannelAlarm(storage, environment.alarmAt, () => this.usage.alarms++);
    // What open sockets have marked is in their attachments, and may not be in the row yet.
    for (const { state } of sockets.all()) this.memberStates.raise(state.user, state.read, this.log.head);
    sockets.onClosing = ({ user }) => {
      if (this.savedState.isUnsaved(user)) this.savedState.save(now());
      this.channelPresence.changed(user);
    };
    const { log, roster, pollers } = this;
    this.viewers = new Viewers(sockets, pollers, now);
    this.broadcaster = new Broadcaster({ log, roster, sockets, pollers, now });
    this.channelPresence = new ChannelPresence({
      channel: header.channel,
      sockets,
      roster: this.roster,
      now,
      send: (connected, frame) => this.broadcaster.send(connected, frame),
      broadcast: (frame) => this.broadcaster.broadcast(frame),
    });
    this.deliveredMarks = new DeliveredMarks({
      channel: header.channel,
      now,
      arm: (at) => this.alarm.arm(at),
      broadcast: (frame) => this.broadcaster.broadcast(frame),
      shows: (user) => this.roster.get(user)?.receipts ?? false,
    });
    this.fanOut = new FanOut(
      {
        channel: header.channel,
        members: () => this.roster.members,
        isMember: (user) => this.roster.get(user) !== null,
        positionOf: (user) => this.inboxRows.positionOf(user),
        rowOf: (user) => this.inboxRows.rowOf(user),
        hasSocket: (user) => sockets.hasUser(user),
        isViewing: (user) => this.viewers.isViewing(user),
        devicesOf: (user) => this.viewers.devicesOf(user),
        userObject: (user) => {
          this.usage.objectRequests++;
          return environment.userObject(user);
        },
        now,
        reached: (user, head) => this.deliveredMarks.reached(user, head),
        turned: (user) => this.notifications.turned(user),
        settled: () => {
          this.deliveredMarks.announce();
          this.notifications.consider();
        },
        arm: (at) => this.alarm.arm(at),
      },
      this.memberStates,
    );
    this.archiver = new Archiver({
      sql: this.sql,
      log: this.log,
      checkpoint: this.checkpoint,
      save: (at) => this.savedState.save(at),
      usage: this.usage,
      archive: environment.archive,
      now,
      arm: (at) => this.alarm.arm(at),
    });
    this.notifications = new NotificationScheduler({
      log: this.log,
      memberStates: this.memberStates,
      inboxRows: this.inboxRows,
      queue: {
        send: (job) => {
          this.usage.queueMessages++;
          return environment.pushQueue.send(job);
        },
      },
      members: () => this.roster.members.map(({ user }) => user),
      isMember: (user) => this.roster.get(user) !== null,
      isPresent: (user) => !this.fanOut.isAbsent(user) || this.viewers.isViewing(user),
      ask: (user) => this.fanOut.ask(user),
      now,
      arm: (at) => this.alarm.arm(at),
    });
    this.turn = new Turn({
      transact: (work) => this.log.transact(work),
      broadcast: (events) => this.broadcaster.events(events),
      flushed: (events) => {
        if (events.length > 0) this.#moved(events);
        this.pollers.answerAll(true);
      },
      broken: () => environment.abort("storage refused a turn"),
    });
  }

  /**
   * The alarm rang: tells whoever is behind, brings the log to the archive, and saves what would be lost with the memory, before and after it is
   * known who is absent.
   */
  async ring(): Promise<void> {
    this.alarm.rang();
    this.fanOut.ring();
    this.deliveredMarks.announce();
    this.savedState.saveUnsafe(this.now(), this.viewers.socketMarks());
    const drained = this.archiver.drain().then(() => this.savedState.saveDue(this.now(), this.viewers.socketMarks()));
    const [isDrained] = await Promise.all([isSettledWithin(drained, ARCHIVING_MS), this.fanOut.settled()]);
    // No alarm rings while one is being answered, and the members' signals wait for it, so a slow archive goes on by itself; should that be cut short,
    // the next alarm goes on with it.
    if (!isDrained) this.alarm.arm(this.now() + CUT_SHORT_MS);
    this.notifications.ring();
    this.savedState.saveUnsafe(this.now(), this.viewers.socketMarks());
  }

  /** A device of theirs holds everything up to the head. */
  reached(user: string): void {
    this.deliveredMarks.reached(user, this.log.head);
    this.deliveredMarks.announce();
  }

  /** The log moved: who looks on has it, the others are told of it. */
  #moved(events: readonly Event[]): void {
    for (const { type } of events) if (type === "message.sent") this.usage.messages++;
    for (const { state } of this.sockets.all()) {
      if (state.joined) this.deliveredMarks.reached(state.user, this.log.head);
    }
    this.notifications.moved(events);
    this.fanOut.moved(new Set(events.map(({ actor }) => actor)));
    // With what the calls find out, in one frame; and once it is known who is there.
    if (!this.fanOut.isIdle) return;
    this.deliveredMarks.announce();
    this.notifications.consider();
  }
}
