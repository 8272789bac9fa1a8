// A user's parts, put together once per waking.

import type { ChannelPort, PeoplePort, UserPort } from "../domain/ports";
import { isAlive } from "../domain/presence";
import { limits, type Rates } from "../protocol";
import { Buckets } from "../runtime/buckets";
import { HeldPolls } from "../runtime/held-polls";
import { migrate } from "../runtime/migrate";
import type { SocketIndex } from "../runtime/sockets";
import { DueAlarm } from "./alarm";
import { StoredInbox } from "./inbox";
import { UserPresence } from "./presence";
import { PresenceWatches } from "./presence-watches";
import { migrations } from "./schema";
import { TokenCutoff } from "./sessions";
import type { UserSocketState } from "./socket-state";
import type { UserParts } from "./user";

export interface UserEnvironment {
  ctx: DurableObjectState;
  sockets: SocketIndex<UserSocketState>;
  rates: Rates;
  people: PeoplePort;
  channelObject(channel: string): ChannelPort;
  userObject(user: string): UserPort;
}

export function loadUser({ ctx, sockets, rates, people, channelObject, userObject }: UserEnvironment): UserParts {
  const { sql } = ctx.storage;
  migrate(ctx.storage, migrations);
  const now = () => Date.now();
  const sharing = (me: string, others: string[]) => people.sharing(me, others);
  const devices = () =>
    sockets.all().map((device) => ({ heardAt: sockets.heardAt(device), isActive: device.state.active }));
  const presence: UserPresence = new UserPresence({
    sql,
    devices,
    userObject,
    sharing,
    now,
    rearm: () => alarm.rearm(),
  });
  const alarm = new DueAlarm(ctx.storage, () => presence.dueAt);
  return {
    inbox: new StoredInbox(sql),
    tokens: new TokenCutoff(sql),
    sockets,
    pollers: new HeldPolls(limits.socketsPerUser),
    newestRows: new Map(),
    asking: new Map(),
    asks: new Buckets(rates.ask),
    isInUse: () => devices().some((device) => device.isActive && isAlive(device, now())),
    presence,
    watching: new PresenceWatches({ sockets, userObject, sharing, now }),
    alarm,
    channelObject,
    now,
  };
}
