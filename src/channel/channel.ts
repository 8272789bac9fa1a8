// Creates the parts of a channel each time the object wakes, and connects them: what happens after
// each turn and at each alarm.
import type { ArchivePort } from "../domain/archive";
import type { PushQueue } from "../domain/notification-ports";
import type { UserPort } from "../domain/ports";
import { channelKinds, type Event, limits, type Rates } from "../protocol";
import type { StorageBudgets } from "../runtime/budget-config";
import { isSettledWithin } from "../runtime/deadline";
import { HeldPolls } from "../runtime/held-polls";
import { RowCounter } from "../runtime/row-counter";
import type { SocketIndex } from "../runtime/sockets";
import { TokenBuckets } from "../runtime/token-buckets";
import { ChannelAlarm } from "./alarm";
import { Archiver } from "./archive/archiver";
import { FanOut } from "./inbox/fan-out";
import { InboxRows } from "./inbox/inbox-rows";
import { RequestSignals } from "./inbox/request-signals";
import { Broadcaster } from "./live/broadcaster";
import { ChannelPresence } from "./live/channel-presence";
import { DeliveredMarks } from "./live/delivered-marks";
import { TypingSignals } from "./live/typing-signals";
import { Viewers } from "./live/viewers";
import { IdempotencyKeys } from "./log/deduplication";
import { Log } from "./log/log";
import type { LogHeader } from "./log/log-header";
import { StorageGauge } from "./log/storage-gauge";
import { Turn } from "./log/turn";
import type { DailyBytes } from "./members/daily-bytes";
import type { MemberStates } from "./members/member-states";
import { RosterMirror } from "./members/roster-mirror";
import type { ChannelSocketState } from "./members/socket-state";
import { type Checkpoint, StateSaver } from "./members/state-saver";
import { NotificationScheduler } from "./notifications/scheduler";
import { UsageCounter } from "./usage";

/** How long an alarm waits for the archive, and when an interrupted drain is noticed. */
const ARCHIVE_WAIT_MS = 1_000;
const INTERRUPTED_AFTER_MS = 40_000;

export interface ChannelEnvironment {
  storage: DurableObjectStorage;
  sockets: SocketIndex<ChannelSocketState>;
  rates: Rates;
  budgets: StorageBudgets;
  /** Opened only when it is needed, so that a channel works without its archive. */
  archive(): ArchivePort;
  userObject(user: string): UserPort;
  pushQueue: PushQueue;
  /** The time to which the alarm was set when the object woke. Epoch milliseconds. */
  alarmAt: number | null;
  now(): number;
  /** Drops the memory of the object. The next request starts from what is stored. */
  abort(reason: string): void;
}

export class Channel {
  readonly log: Log;
  readonly roster: RosterMirror;
  readonly stateSaver: StateSaver;
  readonly memberStates: MemberStates;
  readonly checkpoint: Checkpoint;
  readonly dailyBytes: DailyBytes;
  readonly storageGauge: StorageGauge;
  readonly inboxRows: InboxRows;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly sendBuckets: TokenBuckets;
  readonly queryBuckets: TokenBuckets;
  readonly frameBuckets: TokenBuckets;
  readonly upgradeBuckets: TokenBuckets;
  readonly alarm: ChannelAlarm;
  readonly deliveredMarks: DeliveredMarks;
  readonly fanOut: FanOut;
  readonly requestSignals: RequestSignals;
  readonly turn: Turn;
  readonly channelPresence: ChannelPresence;
  readonly typingSignals: TypingSignals;
  /** Held polls of members. Anything that happens in the channel ends them. */
  readonly heldPolls = new HeldPolls<true>(limits.socketsPerUser);
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
    const { storage, sockets, rates, budgets, now } = environment;
    const rows = new RowCounter(storage.sql);
    this.sql = rows.sql;
    this.now = now;
    this.archive = environment.archive;
    this.sockets = sockets;
    this.log = new Log(storage, this.sql, header);
    this.roster = new RosterMirror(this.sql, header.revision);
    const sources = { usage: () => this.usage.total, head: () => this.log.head, budgets };
    this.stateSaver = new StateSaver(this.sql, sources, now());
    this.dailyBytes = this.stateSaver.dailyBytes;
    this.storageGauge = new StorageGauge(storage.sql, budgets);
    this.memberStates = this.stateSaver.members;
    this.checkpoint = this.stateSaver.checkpoint;
    this.usage = new UsageCounter(this.checkpoint.usageBefore, rows, now());
    this.inboxRows = new InboxRows(this.sql, this.log, this.memberStates, this.roster);
    this.idempotencyKeys = new IdempotencyKeys(this.sql, (key) => this.log.digest(`key ${key}`));
    this.sendBuckets = new TokenBuckets(rates.send);
    this.queryBuckets = new TokenBuckets(rates.ask);
    this.frameBuckets = new TokenBuckets(rates.frame);
    this.upgradeBuckets = new TokenBuckets(rates.upgrade);
    this.alarm = new ChannelAlarm(storage, environment.alarmAt, () => this.usage.alarms++);
    // Read marks in the states of open sockets may not be in the row yet.
    for (const { state } of sockets.all()) this.memberStates.raise(state.user, state.read, this.log.head);
    sockets.onClosing = ({ user }) => {
      if (this.stateSaver.isUnsaved(user)) this.stateSaver.save(now());
      this.channelPresence.onSocketsChanged(user);
    };
    const { log, roster, heldPolls } = this;
    this.viewers = new Viewers(sockets, heldPolls, now);
    this.broadcaster = new Broadcaster({ log, roster, sockets, heldPolls, now });
    this.channelPresence = new ChannelPresence({
      channel: header.channel,
      sockets,
      roster,
      broadcast: (frame) => this.broadcaster.broadcast(frame),
    });
    this.typingSignals = new TypingSignals({
      channel: header.channel,
      sockets,
      roster,
      now,
      send: (connected, frame) => this.broadcaster.send(connected, frame),
    });
    this.deliveredMarks = new DeliveredMarks({
      channel: header.channel,
      now,
      arm: (at) => this.alarm.arm(at),
      broadcast: (frame) => this.broadcaster.broadcast(frame),
      // A delivered mark shows that a device is connected, so it follows the presence mode too.
      showsDelivered: (user) => this.roster.showsDelivered(user),
    });
    this.fanOut = new FanOut(
      {
        channel: header.channel,
        members: () => this.roster.recipients(channelKinds[header.kind].fanOut),
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
        onDelivered: (user, head) => this.deliveredMarks.raise(user, head),
        onAvailabilityChanged: (user) => this.notifications.onAvailabilityChanged(user),
        onDeliveriesEnded: () => {
          this.deliveredMarks.announce();
          this.notifications.schedule();
        },
        arm: (at) => this.alarm.arm(at),
      },
      this.memberStates,
    );
    this.requestSignals = new RequestSignals({
      pending: () => this.roster.pending,
      userObject: (user) => {
        this.usage.objectRequests++;
        return environment.userObject(user);
      },
      now,
      arm: (at) => this.alarm.arm(at),
    });
    this.archiver = new Archiver({
      sql: this.sql,
      log: this.log,
      checkpoint: this.checkpoint,
      dailyBytes: this.dailyBytes,
      storageGauge: this.storageGauge,
      save: (at) => this.stateSaver.save(at),
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
      recheck: (user) => this.fanOut.recheck(user),
      now,
      arm: (at) => this.alarm.arm(at),
    });
    this.turn = new Turn({
      transact: (writes) => this.log.transact(writes),
      broadcast: (events) => this.broadcaster.broadcastEvents(events),
      onFlushed: (events) => {
        if (events.length > 0) this.#onEntriesAppended(events);
        this.heldPolls.answerAll(true);
      },
      onStorageFailure: () => environment.abort("storage refused a turn"),
    });
  }

  /**
   * Delivers to members whose inbox row is behind, archives, and schedules notifications. Saves
   * twice what a loss of memory would lose: at the beginning, and when the deliveries have shown
   * who is absent.
   */
  async onAlarm(): Promise<void> {
    this.alarm.clear();
    this.fanOut.onAlarm();
    this.deliveredMarks.announce();
    this.requestSignals.send();
    this.stateSaver.saveUnsafe(this.now(), this.viewers.socketMarks());
    const drained = this.archiver.drain().then(() => this.stateSaver.saveDue(this.now(), this.viewers.socketMarks()));
    const [isDrained] = await Promise.all([isSettledWithin(drained, ARCHIVE_WAIT_MS), this.fanOut.deliveriesEnded()]);
    // No other alarm fires while this one runs, and later deliveries may wait for the next alarm.
    // So a slow drain continues after this alarm. If the drain is interrupted, the next alarm
    // resumes it.
    if (!isDrained) this.alarm.arm(this.now() + INTERRUPTED_AFTER_MS);
    this.notifications.onAlarm();
    this.stateSaver.saveUnsafe(this.now(), this.viewers.socketMarks());
  }

  /** Raises the delivered mark of a member to the head. */
  markDelivered(user: string): void {
    this.deliveredMarks.raise(user, this.log.head);
    this.deliveredMarks.announce();
  }

  /** Joined sockets have the events. Delivers to other devices, then notifies absent members. */
  #onEntriesAppended(events: readonly Event[]): void {
    for (const { type } of events) if (type === "message.sent") this.usage.messages++;
    for (const { state } of this.sockets.all()) {
      if (state.joined) this.deliveredMarks.raise(state.user, this.log.head);
    }
    this.notifications.onEntriesAppended(events);
    this.requestSignals.onEntriesAppended(events);
    this.fanOut.onEntriesAppended(new Set(events.map(({ actor }) => actor)));
    // During deliveries this waits for their end: they show who has the events and who is absent.
    if (this.fanOut.isDelivering) return;
    this.deliveredMarks.announce();
    this.notifications.schedule();
  }
}
