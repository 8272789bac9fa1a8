// When the members of a channel are called, and how often its alarm is armed for it: by itself, in a time of its own.
import { beforeEach, expect, test } from "vitest";
import { ChannelAlarm } from "../../src/channel/alarm";
import { FanOut, type FanOutHost } from "../../src/channel/inbox/fan-out";
import type { MemberStates } from "../../src/channel/members/member-states";
import type { DeliveryResult, UserPort } from "../../src/domain/ports";
import type { RosterMember } from "../../src/domain/roster";
import type { InboxRow } from "../../src/protocol";

/** A channel of two people whose alarm rings when it is due. */
class Channel {
  now = 1_000_000;
  head = 0;
  unreadFrom: number | null = null;
  isViewing = false;
  size = 2;
  readonly calls: string[] = [];
  answer: () => Promise<DeliveryResult> = async () => "delivered";
  readonly armed: number[] = [];
  /** When something happened that keeps the object awake for 10 s. */
  readonly stirred: number[] = [];
  /** What is armed for other reasons whenever the alarm has rung. */
  afterRing = () => {};
  #due: number | null = null;
  readonly alarm = new ChannelAlarm(
    {
      setAlarm: async (at: number) => {
        this.armed.push(at);
        this.#due = at;
      },
    } as unknown as DurableObjectStorage,
    null,
    () => {},
  );
  readonly fanOut: FanOut;

  constructor() {
    const positionOf = () => ({ life: 1, head: this.head, read: 0, unreadFrom: this.unreadFrom });
    const host: FanOutHost = {
      channel: "c_1",
      members: () => ["u_a", "u_b", ...Array(98).keys()].slice(0, this.size).map((user) => ({ user }) as RosterMember),
      isMember: () => true,
      positionOf,
      rowOf: () => ({ ...positionOf(), channel: "c_1" }) as InboxRow,
      hasSocket: () => this.isViewing,
      isViewing: () => this.isViewing,
      devicesOf: () => [],
      userObject: (user) => {
        this.calls.push(user);
        return { deliver: () => this.answer() } as unknown as UserPort;
      },
      onDelivered() {},
      onDeliveriesEnded() {},
      onAvailabilityChanged() {},
      now: () => this.now,
      arm: (at) => this.alarm.arm(at),
    };
    const memberStates = { isOffline: () => false, idle: new Set(), markOffline() {} };
    this.fanOut = new FanOut(host, memberStates as unknown as MemberStates);
  }

  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    while (this.#due !== null && this.#due <= until) {
      this.now = Math.max(this.now, this.#due);
      this.#due = null;
      this.stirred.push(this.now);
      this.alarm.clear();
      this.fanOut.onAlarm();
      await this.fanOut.deliveriesEnded();
      this.afterRing();
    }
    this.now = until;
  }

  async say(): Promise<void> {
    this.stirred.push(this.now);
    this.head++;
    this.fanOut.onEntriesAppended();
    await this.fanOut.deliveriesEnded();
  }
}

let channel: Channel;
beforeEach(() => {
  channel = new Channel();
});

/** Sixty messages with pauses between, while the alarm looks after who fell silent too. */
async function talk(size: number, pauseMs: number): Promise<void> {
  channel.size = size;
  channel.afterRing = () => channel.alarm.arm(channel.now + 80_000);
  for (let i = 0; i < 60; i++) {
    await channel.say();
    await channel.pass(pauseMs);
  }
  expect(channel.calls).toHaveLength(60 * size);
}

test("a conversation of a few arms one alarm in sixteen seconds, whatever looks after who fell silent", async () => {
  await talk(7, 6_000);
  expect(channel.armed.length).toBeLessThanOrEqual(360 / 16 + 3);
});

test("one of many arms one in nine seconds, and never lets the object fall asleep for 10 s", async () => {
  await talk(8, 14_000);
  expect(channel.armed.length).toBeLessThanOrEqual(840 / 9 + 3);
  const rests = channel.stirred.map((at, i) => at - (channel.stirred[i - 1] ?? at));
  // The first alarm does not know that it is a conversation.
  expect(Math.max(...rests.slice(2))).toBeLessThan(10_000);
});

test("once it is over an alarm rings twice, and no more", async () => {
  await talk(8, 6_000);
  channel.afterRing = () => {};
  channel.armed.length = 0;
  await channel.pass(300_000);
  expect(channel.armed.length).toBeLessThanOrEqual(2);
});

test("an alarm that rings long after the last message arms none for the next", async () => {
  await channel.say();
  await channel.pass(20_000);
  await channel.say();
  await channel.pass(15_900);
  const before = channel.armed.length;
  await channel.pass(60_000);
  expect(channel.armed).toHaveLength(before);
});

test("whoever sees the channel everywhere is told again once a call failed, and when only the inbox says it", async () => {
  channel.isViewing = true;
  channel.answer = async () => "viewing";
  await channel.say();
  await channel.say();
  expect(channel.calls).toHaveLength(2);
  // As after a sleep: nobody knows what they were told, though they were seen to have it open.
  channel.fanOut.recheck("u_a");
  await channel.fanOut.deliveriesEnded();
  expect(channel.calls).toHaveLength(3);
  channel.answer = () => Promise.reject(new Error("gone"));
  await channel.pass(61_000);
  await channel.say();
  channel.answer = async () => "viewing";
  channel.calls.length = 0;
  await channel.pass(9_000);
  expect(channel.calls).toEqual(["u_a", "u_b"]);
});
