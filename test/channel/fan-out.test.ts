// When the fan-out delivers to members, and how often it arms the alarm. The fan-out runs alone,
// with a simulated clock.
import { beforeEach, expect, test } from "vitest";
import { ChannelAlarm } from "../../src/channel/alarm";
import { FanOut } from "../../src/channel/inbox/fan-out";
import type { LogHeader } from "../../src/channel/log/log-header";
import { NOTHING_UNSEEN } from "../../src/channel/members/unseen-states";
import type { DeliveryResult, UserPort } from "../../src/domain/ports";
import type { InboxRow } from "../../src/protocol";

/** A channel of two members with a simulated clock, whose alarm fires when it is due. */
class SimulatedChannel {
  now = 1_000_000;
  head = 0;
  unreadFrom: number | null = null;
  isViewing = false;
  size = 2;
  readonly deliveries: string[] = [];
  readonly formerMembers = new Set<string>();
  readonly offline = new Set<string>();
  readonly idle = new Set<string>();
  /** Members whose delivered mark was raised. */
  readonly marked = new Set<string>();
  deliver: () => Promise<DeliveryResult> = async () => "delivered";
  readonly armed: number[] = [];
  /** The times of events that keep the object awake for 10 s. */
  readonly eventTimes: number[] = [];
  /** Called after each alarm: arms it for other reasons. */
  afterAlarm = () => {};
  #alarmAt: number | null = null;
  readonly alarm = new ChannelAlarm(
    {
      setAlarm: async (at: number) => {
        this.armed.push(at);
        this.#alarmAt = at;
      },
    } as unknown as DurableObjectStorage,
    null,
    () => {},
  );
  readonly fanOut: FanOut;

  constructor() {
    const positionOf = () => ({ epochNumber: 1, head: this.head, read: 0, unreadFrom: this.unreadFrom });
    const recipients = () => ["u_a", "u_b", ...Array(98).keys()].map(String).slice(0, this.size);
    const size = () => this.size;
    this.fanOut = new FanOut({
      log: { header: { channel: "c_1", kind: "group" } as LogHeader },
      roster: {
        isMember: (user) => !this.formerMembers.has(user),
        isReached: (user) => !this.formerMembers.has(user),
        recipients,
        get size() {
          return size();
        },
        isLarge: false,
      },
      memberStates: {
        isOffline: (user) => this.offline.has(user),
        isIdle: (user) => this.idle.has(user),
        setIdle: (user, isIdle) => void (isIdle ? this.idle.add(user) : this.idle.delete(user)),
        markOffline: (user) => this.offline.add(user),
        markOnline: (user) => this.offline.delete(user),
      },
      mentioned: { users: [], add: () => {} },
      inboxRows: {
        positionOf,
        rowOf: () => ({ ...positionOf(), channel: "c_1" }) as InboxRow,
        unseenStateOf: () => NOTHING_UNSEEN,
      },
      sockets: { hasUser: () => this.isViewing },
      viewers: { isViewing: () => this.isViewing, devicesOf: () => [], hasDevice: () => false },
      userObjects: {
        of: (user) => {
          this.deliveries.push(user);
          return { deliver: () => this.deliver() } as unknown as UserPort;
        },
      },
      deliveredMarks: { raise: (user) => this.marked.add(user), announce() {} },
      alarm: this.alarm,
      now: () => this.now,
    });
  }

  async advance(ms: number): Promise<void> {
    const until = this.now + ms;
    while (this.#alarmAt !== null && this.#alarmAt <= until) {
      this.now = Math.max(this.now, this.#alarmAt);
      this.#alarmAt = null;
      this.eventTimes.push(this.now);
      this.alarm.clear();
      this.fanOut.onAlarm();
      await this.fanOut.deliveriesEnded();
      this.afterAlarm();
    }
    this.now = until;
  }

  async append(): Promise<void> {
    this.eventTimes.push(this.now);
    this.head++;
    this.fanOut.onTurnCommitted({ actors: new Set(), events: [] });
    await this.fanOut.deliveriesEnded();
  }
}

let channel: SimulatedChannel;
beforeEach(() => {
  channel = new SimulatedChannel();
});

/** Sixty messages with pauses, while the alarm is also armed to recheck members. */
async function converse(size: number, pauseMs: number): Promise<void> {
  channel.size = size;
  channel.afterAlarm = () => channel.alarm.arm(channel.now + 80_000);
  for (let i = 0; i < 60; i++) {
    await channel.append();
    await channel.advance(pauseMs);
  }
  expect(channel.deliveries).toHaveLength(60 * size);
}

test("a conversation in a small channel arms one alarm in 16 s, whatever else arms it", async () => {
  await converse(7, 6_000);
  expect(channel.armed.length).toBeLessThanOrEqual(360 / 16 + 3);
});

test("a conversation in a large channel arms one alarm in 9 s, and never leaves the object idle for 10 s", async () => {
  await converse(8, 14_000);
  expect(channel.armed.length).toBeLessThanOrEqual(840 / 9 + 3);
  const idleTimes = channel.eventTimes.map((at, i) => at - (channel.eventTimes[i - 1] ?? at));
  // At the first alarm the channel is not active yet.
  expect(Math.max(...idleTimes.slice(2))).toBeLessThan(10_000);
});

test("after a conversation at most two alarms fire", async () => {
  await converse(8, 6_000);
  channel.afterAlarm = () => {};
  channel.armed.length = 0;
  await channel.advance(300_000);
  expect(channel.armed.length).toBeLessThanOrEqual(2);
});

test("an alarm long after the last message arms no further alarm", async () => {
  await channel.append();
  await channel.advance(20_000);
  await channel.append();
  await channel.advance(15_900);
  const before = channel.armed.length;
  await channel.advance(60_000);
  expect(channel.armed).toHaveLength(before);
});

test("a member who views the channel on every device gets a delivery after a recheck and after a failure", async () => {
  channel.isViewing = true;
  channel.deliver = async () => "viewing";
  await channel.append();
  await channel.append();
  expect(channel.deliveries).toHaveLength(2);
  // As after hibernation: the rows that were sent are forgotten.
  channel.fanOut.recheck("u_a");
  await channel.fanOut.deliveriesEnded();
  expect(channel.deliveries).toHaveLength(3);
  channel.deliver = () => Promise.reject(new Error("gone"));
  await channel.advance(61_000);
  await channel.append();
  channel.deliver = async () => "viewing";
  channel.deliveries.length = 0;
  await channel.advance(9_000);
  expect(channel.deliveries).toEqual(["u_a", "u_b"]);
});

test.each<DeliveryResult>(["delivered", "idle", "viewing", "polling", "offline"])(
  "the result %s of a delivery that a removal overtakes changes nothing, and the removal comes after it",
  async (result) => {
    channel.size = 1;
    const underWay = Promise.withResolvers<DeliveryResult>();
    channel.deliver = () => underWay.promise;
    const appended = channel.append();
    channel.formerMembers.add("u_a");
    const calls: string[] = [];
    channel.fanOut.runInstead("u_a", async () => void calls.push("removed"));
    await Promise.resolve();
    expect(calls).toEqual([]);
    underWay.resolve(result);
    await Promise.all([appended, channel.fanOut.deliveriesEnded()]);
    expect(calls).toEqual(["removed"]);
    expect([...channel.offline, ...channel.idle, ...channel.marked]).toEqual([]);
    expect(channel.fanOut.isDelivering).toBe(false);
  },
);

test("a second removal waits for the first, and a member who joined again gets the row after both", async () => {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  channel.head = 1;
  channel.fanOut.runInstead("u_a", () => first.promise);
  channel.fanOut.runInstead("u_a", () => second.promise);
  first.resolve();
  await scheduler.wait(1);
  expect(channel.fanOut.isDeliveringTo("u_a")).toBe(true);
  expect(channel.deliveries).toEqual([]);
  second.resolve();
  await channel.fanOut.deliveriesEnded();
  expect(channel.deliveries).toEqual(["u_a"]);
});
