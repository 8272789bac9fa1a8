// The parts of a user object, loaded once after each start. A function of another file takes those
// that it uses; only this file and the class of the object take all (test/user/parts.test.ts).
import type { DeliveryPort, PeoplePort } from "../domain/ports";
import { readRates } from "../runtime/rate-config";
import type { SocketIndex } from "../runtime/sockets";
import { DueAlarm } from "./alarm";
import { CloseIntent } from "./close-intent";
import { Devices } from "./devices";
import { DueDeliveries } from "./due-deliveries";
import { StoredInbox } from "./inbox";
import { InboxSync } from "./inbox-sync";
import { LiveInbox } from "./live-inbox";
import { UserPresence } from "./presence";
import { PresenceRecord } from "./presence-record";
import { PresenceUpdates } from "./presence-updates";
import { PresenceWatches } from "./presence-watches";
import { UserRates } from "./rates";
import { SettingWriter } from "./setting-writer";
import type { Settings } from "./settings";
import type { UserSocketState } from "./socket-state";
import type { TokenCutoff } from "./token-cutoff";

export interface UserParts {
  inbox: LiveInbox;
  settings: Settings;
  settingWriter: SettingWriter;
  devices: Devices;
  closeIntent: CloseIntent;
  tokenCutoff: TokenCutoff;
  rates: UserRates;
  presence: UserPresence;
  watches: PresenceWatches;
  sync: InboxSync;
  deliveries: DueDeliveries;
  alarm: DueAlarm;
}

export interface UserEnvironment {
  ctx: DurableObjectState;
  env: Env;
  people: PeoplePort;
  directory: DeliveryPort;
  sockets: SocketIndex<UserSocketState>;
  tokenCutoff: TokenCutoff;
}

/** The schema must be there. */
export function loadUser({ ctx, env, people, directory, sockets, tokenCutoff }: UserEnvironment): UserParts {
  const { sql } = ctx.storage;
  const now = () => Date.now();
  const users = env.USERS;
  const alarm = new DueAlarm(ctx.storage);
  const devices = new Devices(sockets, now);
  const rates = new UserRates(readRates(env.RATES), now);
  const record = new PresenceRecord(sql);
  const updates = new PresenceUpdates(record, users, alarm, now);
  const inbox = new LiveInbox(new StoredInbox(sql));
  const { settings } = inbox.stored;
  const presence = new UserPresence({ record, updates, devices, people, alarm, blocks: settings, now });
  const settingWriter = new SettingWriter(settings, people, alarm, now);
  const deliveries = new DueDeliveries(sql, directory, alarm, now);
  const sync = new InboxSync({ inbox, devices, rates, channels: env.CHANNELS, alarm, now });
  const watches = new PresenceWatches(devices, users, people, rates, settings);
  const closeIntent = new CloseIntent();
  // Each begins its work before the next one, and none waits for another.
  alarm.serve([sync, presence, deliveries, settingWriter]);
  sockets.onClosing = ({ user }) => presence.deviceLeft(user, closeIntent.isIntended);
  return {
    ...{ inbox, settings, settingWriter, devices, closeIntent, tokenCutoff, rates },
    ...{ presence, watches, sync, deliveries, alarm },
  };
}
