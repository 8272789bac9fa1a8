// The course of a run: everybody comes, everybody's rows are made level, an idle while, one message into the silence, a conversation, its end.
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { mapConcurrently } from "../simulation/kit/concurrency.ts";
import { ask, registerPeople } from "../simulation/kit/population.ts";
import { raised } from "../simulation/kit/rates.ts";
import { SeededRandom } from "../simulation/kit/seeded-random.ts";
import { secretOf, startServer } from "../simulation/kit/server-process.ts";
import type { Bundle } from "../simulation/kit/worker-bundle.ts";
import { type Tally, tally } from "./bill.ts";
import { Company, type Size, sizes } from "./company.ts";
import type { Member } from "./member.ts";
import { PushService } from "./push-service.ts";
import { atRest, between, type Counts, type Reading, readMeter, total } from "./reading.ts";

/** A person's object and what of the channels' belongs to nobody, over an hour. */
export interface Hour {
  people: number;
  measuredMs: number;
  /** All of them together, over the time that was measured. */
  counts: Counts;
  pings: number;
}

export interface Measured {
  size: Size;
  lone: Tally;
  lively: Tally;
  /** How often one of their objects was told for how long, in the conversation. */
  activeMs: { channel: number; users: number };
  /** Rows and requests by name, for whoever wants to know where it goes. */
  detail: { channel: Counts; users: Counts };
  /** What the channel tells the operator of the conversation, beside what was counted. */
  ownCount: { rowsWritten: number; counted: number };
}

export interface Result {
  times: Times;
  seed: number;
  sizes: Measured[];
  online: Hour;
  offline: Hour;
  /** The channels with open sockets, in the idle while. */
  channels: Counts;
  /** Notifications that a push service took, from the beginning on. */
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
  const companies: Company[] = [];
  const { port } = server;
  const say = (text: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
  const all = (work: (company: Company) => Promise<unknown>) => Promise.all(companies.map(work));
  try {
    const people = await registerPeople(
      port,
      sizes.reduce((sum, { members }) => sum + members, 0),
    );
    for (const [at, size] of sizes.entries())
      companies.push(await Company.open(port, size, people.splice(0, size.members), new SeededRandom("", seed + at)));
    await all((company) => company.come());
    const told = companies.filter(({ size }) => size.isTold).flatMap(({ away }) => away);
    await mapConcurrently(told, WIDTH, ({ person }) => service.subscribe(port, person));
    await all((company) => company.say());
    await atRest(port);
    await all((company) => company.clean());
    say("everybody is level");
    const begun = await atRest(port);

    await delay(times.idleMs);
    const idled = await readMeter(port);
    const awake = companies.flatMap(({ attached, elsewhere }) => [...attached, ...elsewhere]);
    const away = companies.flatMap((company) => company.away);
    const hour = (members: readonly Member[]): Hour => ({
      people: members.length,
      measuredMs: times.idleMs,
      counts: between(
        begun,
        idled,
        members.map(({ person }) => person.id),
      ),
      pings: members.reduce((sum, { pings }) => sum + pings, 0),
    });
    const [online, offline] = [hour(awake), hour(away)];
    const channels = between(
      begun,
      idled,
      companies.map(({ channel }) => channel),
    );

    say("one message into the silence");
    await all((company) => company.say());
    const heard = await atRest(port);

    const ownBefore = await ownCounts(port);
    // Asking was a request too.
    const asked = await atRest(port);
    say("a conversation");
    const messages = await Promise.all(companies.map((company) => company.talk(times.livelyMs)));
    await atRest(port);
    for (const company of companies) company.detach();
    // Closing is an event like another, which comes a moment later.
    await delay(1_000);
    const ended = await atRest(port);
    say("at rest");
    const ownAfter = await ownCounts(port);

    const measured: Measured[] = [];
    for (const [at, company] of companies.entries()) {
      const users = company.members.map(({ person }) => person.id);
      const part = (before: Reading, after: Reading, count: number) =>
        tally(before, after, company.channel, users, count);
      const lively = part(asked, ended, messages[at] ?? 0);
      measured.push({
        size: company.size,
        lone: part(idled, heard, 1),
        lively,
        activeMs: { channel: lively.channel.activeMs, users: lively.users.activeMs },
        detail: { channel: lively.channel, users: lively.users },
        ownCount: {
          rowsWritten: (ownAfter.get(company.channel) ?? 0) - (ownBefore.get(company.channel) ?? 0),
          counted: rowsOf(lively.channel),
        },
      });
    }
    const pushed = service.taken;
    const refusals = companies.flatMap(({ members }) => members.flatMap((member) => member.refusals));
    return { times, seed, sizes: measured, online, offline, channels, pushed, refusals };
  } finally {
    for (const company of companies) company.leave();
    await server.remove();
    service.close();
  }
}

const WIDTH = 8;
const OPERATOR = secretOf("OPERATOR_TOKEN");
const usage = z.object({ rowsWritten: z.number(), archiveRowsWritten: z.number() });
const listed = z.object({ items: z.array(z.object({ channel: z.string(), usage })) });

const rowsOf = (counts: Counts): number => total(counts.written) + total(counts.alarmsArmed) + counts.databaseWritten;

/** Rows written by channel, as the operator is told. */
async function ownCounts(port: number): Promise<Map<string, number>> {
  const { items } = listed.parse(await ask(port, "GET", "/v1/operator/channels", undefined, OPERATOR));
  return new Map(items.map(({ channel, usage }) => [channel, usage.rowsWritten + usage.archiveRowsWritten]));
}
