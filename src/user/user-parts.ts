// A user's parts, put together once per waking.

import type { ChannelPort, PeoplePort, UserPort } from "../domain/ports";
import { isAlive } from "../domain/presence";
import { limits, type Rates } from "../protocol";
import { Buckets } from "../runtime/buckets";
import { WaitingRoom } from "../runtime/held-polls";
import { migrate } from "../runtime/migrate";
import type { SocketIndex } from "../runtime/sockets";
import { DueAlarm } from "./alarm";
import { Inbox } from "./inbox";
import { Presence } from "./presence";
import { Watching } from "./presence-watches";
import { migrations } from "./schema";
import type { Attachment } from "./socket-state";
import { TokenTime } from "./token-time";
import type { User } from "./user";

export interface Surroundings {
  ctx: DurableObjectState;
  sockets: SocketIndex<Attachment>;
  rates: Rates;
  people: PeoplePort;
  channelObject(channel: string): ChannelPort;
  userObject(user: string): UserPort;
}

export function wake({ ctx, sockets, rates, people, channelObject, userObject }: Surroundings): User {
  const { sql } = ctx.storage;
  migrate(ctx.storage, migrations);
  const now = () => Date.now();
  const sharing = (me: string, others: string[]) => people.sharing(me, others);
  const devices = () =>
    sockets.all().map((device) => ({ heardAt: sockets.heardAt(device), isActive: device.attachment.active }));
  const presence: Presence = new Presence({ sql, devices, userObject, sharing, now, rearm: () => alarm.rearm() });
  const alarm = new DueAlarm(ctx.storage, () => presence.dueAt);
  return {
    inbox: new Inbox(sql),
    tokens: new TokenTime(sql),
    sockets,
    pollers: new WaitingRoom(limits.socketsPerUser),
    heard: new Map(),
    asking: new Map(),
    asks: new Buckets(rates.ask),
    isInUse: () => devices().some((device) => device.isActive && isAlive(device, now())),
    presence,
    watching: new Watching({ sockets, userObject, sharing, now }),
    alarm,
    channelObject,
    now,
  };
}
