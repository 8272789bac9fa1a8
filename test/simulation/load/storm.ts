// The server dies under 9,000 sockets and starts again on its stored state. All clients reconnect
// with back-off and resume; some write throughout. No message is lost or duplicated, and all
// clients end with the same log. More sockets than these need more file descriptors than a process
// has by default.
import { setTimeout as delay } from "node:timers/promises";
import { limits } from "../../../src/protocol/limits.ts";
import { openGroups, registerPeople } from "../kit/population.ts";
import { processorMsOf } from "../kit/process-usage.ts";
import { raised } from "../kit/rates.ts";
import type { Report } from "../kit/report.ts";
import { startServer } from "../kit/server-process.ts";
import { percentile, rounded } from "../kit/statistics.ts";
import type { Bundle } from "../kit/worker-bundle.ts";
import { Follower } from "./follower.ts";
import { ReconnectingFollower } from "./reconnecting-follower.ts";
import { Sender } from "./sender.ts";

/** Messages a second of all senders together. Each reaches a hundred sockets. */
const WRITES_PER_SECOND = 80;
const CALM_MS = 3_000;
const OPEN_MS = 180_000;
const SETTLE_MS = 180_000;

export async function storm(bundle: Bundle, quick: boolean): Promise<Report> {
  const server = await startServer(bundle, raised, { isDirect: true });
  const members: ReconnectingFollower[] = [];
  try {
    const { port } = server;
    const people = await registerPeople(port, quick ? 40 : 100);
    const channels = await openGroups(port, people, quick ? 10 : 90);
    const subscribers = channels.flatMap((channel) => people.map((person) => ({ port, channel, person })));
    members.push(...subscribers.map((subscriber) => new ReconnectingFollower(new Follower(subscriber))));
    // One sender in each channel.
    const senders = members.filter((_, at) => at % people.length === 0).map((member) => new Sender(member));
    const stays = members.map((member) => member.keepConnected());
    await until(() => members.every((member) => member.isJoined), OPEN_MS);
    for (const member of members) member.failures = 0;

    let turn = 0;
    const writing = setInterval(() => {
      senders[turn++ % senders.length]?.write(`written at ${Date.now()}`);
    }, 1_000 / WRITES_PER_SECOND);
    await delay(CALM_MS);
    const killedAt = performance.now();
    await server.kill();
    await server.start();
    const answeredAt = performance.now();
    const usedBefore = processorMsOf(server.workerds);
    await until(() => members.every((member) => member.isJoined && member.joinedAt > killedAt), SETTLE_MS);
    const usedMs = processorMsOf(server.workerds) - usedBefore;
    const joinedAt = members.map((member) => member.joinedAt);
    await delay(CALM_MS);
    clearInterval(writing);
    const isSettled = () => senders.every((sender) => sender.unconfirmed === 0) && areCaughtUp(members);
    await until(isSettled, SETTLE_MS);
    for (const member of members) member.leave();
    await Promise.all(stays);

    const written = senders.flatMap((sender) => sender.written);
    const { lost, doubled, different } = await compare(members, written);
    const backAfter = (at: number) => (at > killedAt ? (at - answeredAt) / 1000 : Number.POSITIVE_INFINITY);
    return {
      setting: { sockets: members.length, channels: channels.length, senders: senders.length, written: written.length },
      bars: {
        lost: { value: lost, atMost: 0 },
        doubled: { value: doubled, atMost: 0 },
        logsThatDiffer: { value: different, atMost: 0 },
        // A client whose last attempt failed just before the server answered may wait the whole
        // back-off.
        wholeAfterServerS: {
          value: rounded(Math.max(...joinedAt.map(backAfter))),
          atMost: limits.backoffMaxMs / 1000 + (quick ? 10 : 30),
        },
      },
      seen: {
        serverBackAfterS: rounded((answeredAt - killedAt) / 1000),
        processorMsPerSocket: rounded(usedMs / members.length),
        halfWholeAfterServerS: rounded(percentile(joinedAt.map(backAfter), 0.5)),
        failedAttempts: members.reduce((sum, member) => sum + member.failures, 0),
        refusals: members.flatMap((member) => member.follower.refusals).length,
      },
    };
  } finally {
    for (const member of members) member.leave();
    await server.remove();
  }
}

/** Whether all clients of a channel have reached the same seq. */
function areCaughtUp(members: readonly ReconnectingFollower[]): boolean {
  const ends = Map.groupBy(members, ({ follower }) => follower.subscriber.channel);
  return [...ends.values()].every((group) => new Set(group.map(({ follower }) => follower.last)).size === 1);
}

/**
 * Compares every client's log with the stored one, as a new client reads it, and that with what was
 * written.
 */
async function compare(members: readonly ReconnectingFollower[], written: readonly string[]) {
  let different = 0;
  const stored: string[] = [];
  for (const group of Map.groupBy(members, ({ follower }) => follower.subscriber.channel).values()) {
    const one = group[0]?.follower;
    if (!one) continue;
    const fresh = new Follower(one.subscriber, { epoch: one.epoch, after: 0 });
    await fresh.connect();
    fresh.leave();
    stored.push(...fresh.nonces);
    different += group.filter(({ follower }) => {
      const expected = fresh.nonces.slice(follower.base);
      const isSame =
        follower.nonces.length === expected.length && expected.every((nonce, at) => nonce === follower.nonces[at]);
      return !isSame || follower.doubles > 0 || follower.gaps > 0;
    }).length;
  }
  const times = new Map<string, number>();
  for (const nonce of stored) times.set(nonce, (times.get(nonce) ?? 0) + 1);
  return {
    different,
    lost: written.filter((nonce) => !times.has(nonce)).length,
    doubled: written.filter((nonce) => (times.get(nonce) ?? 0) > 1).length,
  };
}

/**
 * Resolves when the condition holds or the time is over; the reported numbers show what is missing.
 */
async function until(condition: () => boolean, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!condition() && Date.now() < deadline) await delay(20);
}
