// Creates the parts of a channel each time the object wakes, and connects them: what happens at
// each alarm. What happens after each turn is in `turn-listeners.ts`.
import type { ArchivePort } from "../domain/archive";
import type { TicketReader } from "../domain/attachments";
import type { CallTimes } from "../domain/calls";
import type { GuildPort } from "../domain/channel-heads";
import type { PushQueue } from "../domain/notification-ports";
import type { FilesPort, UserPort } from "../domain/ports";
import type { VisitDirectory } from "../domain/visits";
import { limits, type Rates } from "../protocol";
import { readTicket } from "../runtime/attachment-ticket";
import type { StorageBudgets } from "../runtime/budget-config";
import { isSettledWithin } from "../runtime/deadline";
import { HeldPolls } from "../runtime/held-polls";
import { RowCounter } from "../runtime/row-counter";
import type { ConnectedSocket, SocketIndex } from "../runtime/sockets";
import { TokenBuckets } from "../runtime/token-buckets";
import { ChannelAlarm } from "./alarm";
import { Archiver } from "./archive/archiver";
import { FileReports } from "./archive/file-reports";
import { endCall } from "./calls/call-entries";
import { Calls } from "./calls/calls";
import { Rings } from "./calls/rings";
import { FanOut } from "./inbox/fan-out";
import { HeadReporter } from "./inbox/head-reporter";
import { InboxRemovals } from "./inbox/inbox-removals";
import { InboxRows } from "./inbox/inbox-rows";
import { MarkDeliveries } from "./inbox/mark-deliveries";
import { RequestSignals } from "./inbox/request-signals";
import { Broadcaster } from "./live/broadcaster";
import { ChannelPresence } from "./live/channel-presence";
import { DeliveredMarks } from "./live/delivered-marks";
import { TimeOutEnds } from "./live/time-out-ends";
import { TypingSignals } from "./live/typing-signals";
import { Viewers } from "./live/viewers";
import { IdempotencyKeys } from "./log/deduplication";
import { Log } from "./log/log";
import type { LogHeader } from "./log/log-header";
import { PurgeCleaner } from "./log/purge-cleaner";
import { SlowMode } from "./log/slow-mode";
import { StorageGauge } from "./log/storage-gauge";
import { Turn } from "./log/turn";
import type { DailyBytes } from "./members/daily-bytes";
import type { MemberStates } from "./members/member-states";
import type { MentionedMembers } from "./members/mentioned-members";
import { RosterMirror } from "./members/roster-mirror";
import type { ChannelSocketState } from "./members/socket-state";
import { type Checkpoint, StateSaver } from "./members/state-saver";
import { Visitors } from "./members/visitors";
import { NotificationScheduler } from "./notifications/scheduler";
import type { PolledUpdate } from "./turn-committed";
import { turnListeners } from "./turn-listeners";
import { UsageCounter } from "./usage";
import { UserObjects } from "./user-objects";

/** How long an alarm waits for the archive, and when an interrupted drain is noticed. */
const ARCHIVE_WAIT_MS = 1_000;
const INTERRUPTED_AFTER_MS = 40_000;

export interface ChannelEnvironment {
  storage: DurableObjectStorage;
  sockets: SocketIndex<ChannelSocketState>;
  rates: Rates;
  callTimes: CallTimes;
  budgets: StorageBudgets;
  /** The secrets that sign tickets: the current one and, during a rotation, the one before. */
  ticketSecrets: readonly string[];
  /** Opened only when it is needed, so that a channel works without its archive. */
  archive(): ArchivePort;
  files: FilesPort;
  /** Asked by a large channel about people whom it does not know. */
  visits: VisitDirectory;
  userObject(user: string): UserPort;
  guildObject(guild: string): GuildPort;
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
  readonly mentioned: MentionedMembers;
  readonly visitors: Visitors;
  readonly checkpoint: Checkpoint;
  readonly dailyBytes: DailyBytes;
  readonly storageGauge: StorageGauge;
  readonly inboxRows: InboxRows;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly sendBuckets: TokenBuckets;
  readonly queryBuckets: TokenBuckets;
  readonly frameBuckets: TokenBuckets;
  readonly upgradeBuckets: TokenBuckets;
  /** Commands of calls, and credentials of relays. */
  readonly callBuckets: TokenBuckets;
  readonly iceBuckets: TokenBuckets;
  readonly alarm: ChannelAlarm;
  readonly deliveredMarks: DeliveredMarks;
  readonly calls: Calls;
  readonly fanOut: FanOut;
  readonly markDeliveries: MarkDeliveries;
  readonly inboxRemovals: InboxRemovals;
  readonly requestSignals: RequestSignals;
  readonly headReporter: HeadReporter;
  readonly turn: Turn;
  readonly channelPresence: ChannelPresence;
  readonly typingSignals: TypingSignals;
  readonly timeOutEnds: TimeOutEnds;
  readonly slowMode: SlowMode;
  /** Held polls of members. Anything that happens in the channel ends them. */
  readonly heldPolls = new HeldPolls<PolledUpdate>(limits.socketsPerUser);
  readonly sockets: SocketIndex<ChannelSocketState>;
  readonly sql: SqlStorage;
  readonly usage: UsageCounter;
  readonly archive: () => ArchivePort;
  readonly archiver: Archiver;
  readonly fileReports: FileReports;
  readonly purgeCleaner: PurgeCleaner;
  readonly notifications: NotificationScheduler;
  readonly viewers: Viewers;
  readonly broadcaster: Broadcaster;
  readonly tickets: TicketReader;
  readonly now: () => number;

  constructor(header: LogHeader, environment: ChannelEnvironment) {
    const { storage, sockets, rates, budgets, now } = environment;
    const rows = new RowCounter(storage.sql);
    this.sql = rows.sql;
    this.now = now;
    this.archive = environment.archive;
    this.sockets = sockets;
    this.log = new Log(storage, this.sql, rows, header);
    this.roster = new RosterMirror(this.sql, header, now, () => sockets.all().map(({ state }) => state.user));
    const { isLarge } = this.roster;
    const sources = { usage: () => this.usage.total, head: () => this.log.head, budgets, isLarge };
    const read = (ticket: string) => readTicket(environment.ticketSecrets, ticket);
    this.tickets = { read, isUsed: (ticket) => this.log.files.isUsed(ticket) };
    this.stateSaver = new StateSaver(this.sql, sources, now());
    this.dailyBytes = this.stateSaver.dailyBytes;
    this.storageGauge = new StorageGauge(storage.sql, budgets);
    this.memberStates = this.stateSaver.members;
    this.mentioned = this.stateSaver.mentioned;
    this.checkpoint = this.stateSaver.checkpoint;
    this.usage = new UsageCounter(this.checkpoint.usageBefore, rows, now());
    this.inboxRows = new InboxRows(this.sql, this.log, this.memberStates, this.roster, {
      now,
      calls: () => this.calls,
    });
    this.idempotencyKeys = new IdempotencyKeys(this.sql, (key) => this.log.digest(`key ${key}`));
    this.sendBuckets = new TokenBuckets(rates.send);
    this.queryBuckets = new TokenBuckets(rates.ask);
    this.frameBuckets = new TokenBuckets(rates.frame);
    this.upgradeBuckets = new TokenBuckets(rates.upgrade);
    this.callBuckets = new TokenBuckets(rates.call);
    this.iceBuckets = new TokenBuckets(rates.ice);
    this.visitors = new Visitors({
      ...{ roster: this.roster, directory: environment.visits, buckets: new TokenBuckets(rates.visit), now },
      head: () => this.log.head,
    });
    this.alarm = new ChannelAlarm(storage, environment.alarmAt, () => this.usage.alarms++);
    // What the states of open sockets hold may not be stored yet.
    const takeSocket = ({ state }: ConnectedSocket<ChannelSocketState>) => {
      this.memberStates.raise(state.user, state.read, this.log.head);
      if (state.seen.length > 0) this.inboxRows.unseen.markSeen(state.user, state.seen);
    };
    // A large channel takes them when it reads the state of their member.
    this.memberStates.onLoaded = (user) => sockets.ofUser(user).forEach(takeSocket);
    if (isLarge) for (const user of [...this.memberStates.reads.keys()]) this.memberStates.onLoaded(user);
    else for (const connected of sockets.all()) takeSocket(connected);
    sockets.onClosing = (state) => {
      const { user } = state;
      this.calls.onSocketClosed(state);
      this.stateSaver.saveClosing(user, now());
      this.channelPresence.onSocketsChanged(user);
    };
    const { sql, log, roster, heldPolls, memberStates, mentioned, stateSaver, storageGauge, inboxRows, alarm, usage } =
      this;
    const { archive, pushQueue, guildObject } = environment;
    const { checkpoint } = this;
    this.viewers = new Viewers(sockets, heldPolls, now);
    const userObjects = new UserObjects(environment.userObject, usage);
    const { viewers } = this;
    this.broadcaster = new Broadcaster({ log, roster, sockets, heldPolls, now });
    const { broadcaster } = this;
    this.channelPresence = new ChannelPresence({ log, sockets, roster, heldPolls, now });
    this.typingSignals = new TypingSignals({ log, sockets, roster, broadcaster, heldPolls, now });
    this.slowMode = new SlowMode({ sql, log, roster, now });
    const { slowMode } = this;
    this.timeOutEnds = new TimeOutEnds({ slowMode, roster, sockets, broadcaster, heldPolls, alarm, now });
    this.deliveredMarks = new DeliveredMarks({ log, roster, sockets, broadcaster, alarm, now });
    const { deliveredMarks } = this;
    const rings = new Rings({ header, userObjects, pushQueue, now });
    const onOver = () => {
      const write = () => endCall(this);
      // If the turn fails, the object is aborted, and the alarm ends the call.
      void this.turn.enqueue({ kind: "write", bytes: 0, write, abandon: () => {} });
    };
    const { callTimes: times } = environment;
    this.calls = new Calls({ log, roster, sockets, broadcaster, rings, alarm, times, onOver, now });
    this.fanOut = new FanOut({
      ...{ log, roster, memberStates, mentioned, inboxRows, sockets, viewers, userObjects, deliveredMarks, alarm, now },
    });
    const { fanOut } = this;
    this.markDeliveries = new MarkDeliveries(fanOut);
    this.inboxRemovals = new InboxRemovals({ log, roster, memberStates, fanOut, userObjects, alarm, now });
    this.headReporter = new HeadReporter({ sql, log, roster, checkpoint, guildObject, usage, alarm, now });
    this.requestSignals = new RequestSignals({ roster, userObjects, alarm, now });
    this.archiver = new Archiver({ sql, log, stateSaver, storageGauge, usage, archive, alarm, now });
    this.fileReports = new FileReports({ log, reportedTo: environment.files, alarm, now });
    this.notifications = new NotificationScheduler({
      ...{ sql, log, checkpoint, memberStates, mentioned, inboxRows, fanOut, viewers, roster, pushQueue, usage },
      ...{ alarm, now },
    });
    const onStorageFailure = () => environment.abort("storage refused a turn");
    this.turn = new Turn({ log, listeners: turnListeners(this), heldPolls, onStorageFailure });
    this.purgeCleaner = new PurgeCleaner({ log, turn: this.turn, alarm, now });
  }

  /**
   * Delivers to members whose inbox row is behind, archives, and schedules notifications. Saves
   * twice what a loss of memory would lose: at the beginning, and when the deliveries have shown
   * who is absent.
   */
  async onAlarm(): Promise<void> {
    this.alarm.clear();
    this.fanOut.onAlarm();
    this.inboxRemovals.onAlarm();
    this.deliveredMarks.announce();
    this.requestSignals.send();
    this.calls.onAlarm();
    this.timeOutEnds.onAlarm();
    this.stateSaver.saveUnsafe(this.now(), this.viewers.socketMarks());
    const cleaned = this.purgeCleaner.onAlarm();
    const drained = cleaned
      .then(() => Promise.all([this.archiver.drainDue(), this.fileReports.onAlarm()]))
      .then(() => this.stateSaver.saveDue(this.now(), this.viewers.socketMarks()));
    const [isDrained] = await Promise.all([
      isSettledWithin(drained, ARCHIVE_WAIT_MS),
      this.fanOut.deliveriesEnded(),
      this.headReporter.onAlarm(),
    ]);
    // No other alarm fires while this one runs, and later deliveries may wait for the next alarm.
    // So a slow drain continues after this alarm. If the drain is interrupted, the next alarm
    // resumes it.
    if (!isDrained) this.alarm.arm(this.now() + INTERRUPTED_AFTER_MS);
    this.notifications.onAlarm();
    this.stateSaver.saveUnsafe(this.now(), this.viewers.socketMarks());
  }
}
