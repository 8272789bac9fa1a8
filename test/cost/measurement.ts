// The course of a run: all members connect, their inbox rows are made clean, an idle period, one
// lone message, a conversation, its end.
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { mapConcurrently } from "../simulation/kit/concurrency.ts";
import { ask, registerPeople } from "../simulation/kit/population.ts";
import { raised } from "../simulation/kit/rates.ts";
import { SeededRandom } from "../simulation/kit/seeded-random.ts";
import { secretOf, startServer } from "../simulation/kit/server-process.ts";
import type { Bundle } from "../simulation/kit/worker-bundle.ts";
import { type Tally, tally } from "./bill.ts";
import { MeasuredChannel, type Size, sizes } from "./measured-channel.ts";
import type { Member } from "./member.ts";
import { atRest, between, type Counts, type Reading, readMeter, total } from "./meter-reading.ts";
import { PushService } from "./push-service.ts";

/** What idle user objects cost. */
export interface Hour {
  people: number;
  measuredMs: number;
  /** The sum over all people and the measured time. */
  counts: Counts;
  pings: number;
}

export interface Measured {
  size: Size;
  lone: Tally;
  lively: Tally;
  /** For how long the objects were answering events during the conversation. */
  activeMs: { channel: number; users: number };
  /** Rows and requests by name, for a closer look. */
  detail: { channel: Counts; users: Counts };
  /** What the channel reports to the operator for the conversation, and what the meter counted. */
  ownCount: { rowsWritten: number; counted: number };
}

export interface Result {
  times: Times;
  seed: number;
  sizes: Measured[];
  online: Hour;
  offline: Hour;
  /** The channels with open sockets, during the idle period. */
  channels: Counts;
  /** Notifications that the push service accepted during the whole run. */
  pushed: number;
  refusals: string[];
}

interface Times {
  idleMs: number;
  livelyMs: number;
}

export async function measure(bundle: Bundle, times: Times, seed: number): Promise<Result> {
  const service = await PushService.open();
  const server = await startServer({ ...bundle, vars: { ...bundle.vars, PUSH_HOSTS: service.origin } }, raised);
  const measuredChannels: MeasuredChannel[] = [];
  const { port } = server;
  const report = (text: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
  const all = (work: (channel: MeasuredChannel) => Promise<unknown>) => Promise.all(measuredChannels.map(work));
  try {
    const people = await registerPeople(
      port,
      sizes.reduce((sum, { members }) => sum + members, 0),
    );
    for (const [at, size] of sizes.entries())
      measuredChannels.push(
        await MeasuredChannel.open(port, size, people.splice(0, size.members), new SeededRandom("", seed + at)),
      );
    await all((channel) => channel.connect());
    const subscribers = measuredChannels.filter(({ size }) => size.hasDevices).flatMap(({ away }) => away);
    await mapConcurrently(subscribers, WIDTH, ({ person }) => service.subscribe(port, person));
    await all((channel) => channel.sendOne());
    await atRest(port);
    await all((channel) => channel.cleanRows());
    report("all rows are clean");
    const idleBegan = await atRest(port);

    await delay(times.idleMs);
    const idleEnded = await readMeter(port);
    const connected = measuredChannels.flatMap(({ attached, elsewhere }) => [...attached, ...elsewhere]);
    const away = measuredChannels.flatMap((channel) => channel.away);
    const hour = (members: readonly Member[]): Hour => ({
      people: members.length,
      measuredMs: times.idleMs,
      counts: between(
        idleBegan,
        idleEnded,
        members.map(({ person }) => person.id),
      ),
      pings: members.reduce((sum, { pings }) => sum + pings, 0),
    });
    const [online, offline] = [hour(connected), hour(away)];
    const channels = between(
      idleBegan,
      idleEnded,
      measuredChannels.map(({ channel }) => channel),
    );

    report("a lone message");
    await all((channel) => channel.sendOne());
    const loneEnded = await atRest(port);

    const ownBefore = await ownCounts(port);
    // Reading the counts was a request too.
    const conversationBegan = await atRest(port);
    report("a conversation");
    const messages = await Promise.all(measuredChannels.map((channel) => channel.converse(times.livelyMs)));
    await atRest(port);
    for (const channel of measuredChannels) channel.detach();
    // The close events arrive a moment later.
    await delay(1_000);
    const ended = await atRest(port);
    report("at rest");
    const ownAfter = await ownCounts(port);

    const measured: Measured[] = [];
    for (const [at, channel] of measuredChannels.entries()) {
      const users = channel.members.map(({ person }) => person.id);
      const part = (before: Reading, after: Reading, count: number) =>
        tally(before, after, channel.channel, users, count);
      const lively = part(conversationBegan, ended, messages[at] ?? 0);
      measured.push({
        size: channel.size,
        lone: part(idleEnded, loneEnded, 1),
        lively,
        activeMs: { channel: lively.channel.activeMs, users: lively.users.activeMs },
        detail: { channel: lively.channel, users: lively.users },
        ownCount: {
          rowsWritten: (ownAfter.get(channel.channel) ?? 0) - (ownBefore.get(channel.channel) ?? 0),
          counted: rowsOf(lively.channel),
        },
      });
    }
    const pushed = service.accepted;
    const refusals = measuredChannels.flatMap(({ members }) => members.flatMap((member) => member.refusals));
    return { times, seed, sizes: measured, online, offline, channels, pushed, refusals };
  } finally {
    for (const channel of measuredChannels) channel.leave();
    await server.remove();
    service.close();
  }
}

const WIDTH = 8;
const OPERATOR = secretOf("OPERATOR_TOKEN");
const usage = z.object({ rowsWritten: z.number(), archiveRowsWritten: z.number() });
const listed = z.object({ items: z.array(z.object({ channel: z.string(), usage })) });

const rowsOf = (counts: Counts): number => total(counts.written) + total(counts.alarmsArmed) + counts.databaseWritten;

/** Returns the rows written by channel, as reported to the operator. */
async function ownCounts(port: number): Promise<Map<string, number>> {
  const { items } = listed.parse(await ask(port, "GET", "/v1/operator/channels", undefined, OPERATOR));
  return new Map(items.map(({ channel, usage }) => [channel, usage.rowsWritten + usage.archiveRowsWritten]));
}
