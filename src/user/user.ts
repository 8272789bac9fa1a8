// The parts of a user object, loaded once after each start. The functions of the other files take
// them as an argument.
import { tokensOfWatches } from "../domain/command-costs";
import type { ChannelPort, DeliveryPort, PeoplePort, UserPort } from "../domain/ports";
import { isWithinLease } from "../domain/presence";
import { type FrameOf, type InboxRow, limits } from "../protocol";
import { HeldPolls } from "../runtime/held-polls";
import { migrate } from "../runtime/migrate";
import { readRates } from "../runtime/rate-config";
import type { SocketIndex } from "../runtime/sockets";
import { TokenBuckets } from "../runtime/token-buckets";
import { DueAlarm } from "./alarm";
import { CloseIntent } from "./close-intent";
import { DueDeliveries } from "./due-deliveries";
import { StoredInbox } from "./inbox";
import { UserPresence } from "./presence";
import { PresenceWatches } from "./presence-watches";
import { migrations } from "./schema";
import { SettingWriter } from "./setting-writer";
import type { UserSocketState } from "./socket-state";
import { TokenCutoff } from "./token-cutoff";

export interface UserParts {
  inbox: StoredInbox;
  settingWriter: SettingWriter;
  sockets: SocketIndex<UserSocketState>;
  /** Polls that wait until the inbox or a setting changes. */
  heldPolls: HeldPolls<FrameOf<"inbox">>;
  tokenCutoff: TokenCutoff;
  /**
   * The newest row that each channel delivered since it was last woken. Kept only in memory,
   * because these rows are needed only during a wake. Bound: the channels of the person, about 1
   * KiB each.
   */
  newestRows: Map<string, InboxRow>;
  /** Wakes in progress, by channel. Bound: the channels of the person. */
  pendingWakes: Map<string, Promise<boolean>>;
  /** The rate of commands and polls. Saved settings have a bucket of their own. */
  queryBuckets: TokenBuckets;
  frameBuckets: TokenBuckets;
  upgradeBuckets: TokenBuckets;
  presence: UserPresence;
  watches: PresenceWatches;
  alarm: DueAlarm;
  deliveries: DueDeliveries;
  closeIntent: CloseIntent;
  /** Whether the person is using one of their devices. */
  isInUse(): boolean;
  channelObject(channel: string): ChannelPort;
  now(): number;
}

export interface UserEnvironment {
  ctx: DurableObjectState;
  env: Env;
  people: PeoplePort;
  directory: DeliveryPort;
  sockets: SocketIndex<UserSocketState>;
}

export function loadUser({ ctx, env, people, directory, sockets }: UserEnvironment): UserParts {
  const { sql } = ctx.storage;
  migrate(ctx.storage, migrations);
  const now = () => Date.now();
  const rates = readRates(env.RATES);
  const queryBuckets = new TokenBuckets(rates.ask);
  const chargeWatches = (me: string, people: number) => queryBuckets.take(me, now(), tokensOfWatches(people));
  const userObject = (user: string): UserPort => env.USERS.getByName(user);
  const sharing = (me: string, others: string[]) => people.sharing(me, others);
  const devices = () =>
    sockets.all().map((device) => ({ lastSeenAt: sockets.lastSeenAt(device), isActive: device.state.active }));
  const presence: UserPresence = new UserPresence({
    sql,
    devices,
    userObject,
    sharing,
    now,
    rearm: () => alarm.rearm(),
  });
  const inbox = new StoredInbox(sql);
  const settingWriter: SettingWriter = new SettingWriter({
    settings: inbox.settings,
    people,
    now,
    rearm: () => alarm.rearm(),
  });
  const deliveries: DueDeliveries = new DueDeliveries({ sql, directory, now, rearm: () => alarm.rearm() });
  const alarm = new DueAlarm(ctx.storage, () => [presence.dueAt, deliveries.dueAt, settingWriter.dueAt]);
  const closeIntent = new CloseIntent();
  sockets.onClosing = ({ user }) => presence.deviceLeft(user, closeIntent.isIntended);
  return {
    inbox,
    settingWriter,
    sockets,
    heldPolls: new HeldPolls(limits.socketsPerUser),
    tokenCutoff: new TokenCutoff(sql),
    newestRows: new Map(),
    pendingWakes: new Map(),
    queryBuckets,
    frameBuckets: new TokenBuckets(rates.frame),
    upgradeBuckets: new TokenBuckets(rates.upgrade),
    presence,
    watches: new PresenceWatches({ sockets, userObject, sharing, chargeWatches, now }),
    alarm,
    deliveries,
    closeIntent,
    isInUse: () => devices().some((device) => device.isActive && isWithinLease(device, now())),
    channelObject: (channel) => env.CHANNELS.getByName(channel),
    now,
  };
}
