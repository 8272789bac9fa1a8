// A failing database affects only the archive. Two servers take turns under the same load: one has
// a healthy archive, the other one that loses batches and fails completely for a while. Their
// measurement windows alternate, so that other load of the machine affects both.
import { setTimeout as delay } from "node:timers/promises";
import { english, korean, lineOf } from "../../../scripts/seed-text.ts";
import { demand, RegisteredUser } from "../kit/registered-user.ts";
import type { Report } from "../kit/report.ts";
import type { ServerProcess } from "../kit/server-process.ts";
import { percentile, rounded } from "../kit/statistics.ts";
import { type Bundle, bundle } from "../kit/worker-bundle.ts";
import { archiveIn, compareAsOperator, differences, type Row, rebuild, waitUntilArchived } from "./archive-checker.ts";
import type { ArchiveFaults } from "./archive-faults.ts";
import { ChannelWriter } from "./channel-writer.ts";
import { startArchiveServer } from "./server.ts";

const CHANNELS = 5;
const RATE = 400;
const FAILING = 0.3;
const HEALED_MS = 60_000;
const REBUILT_MS = 180_000;
const TICK_MS = 2;

interface Size {
  messages: number;
  /** The full windows last two rounds of archiving, which is what slows senders down. */
  windowMs: number;
  goneMs: number;
}

const sizes: Record<"full" | "quick", Size> = {
  full: { messages: 50_000, windowMs: 15_625, goneMs: 120_000 },
  quick: { messages: 5_000, windowMs: 2_500, goneMs: 15_000 },
};

/** One server and its writers, who send at a steady rate. */
class LoadedServer {
  readonly server: ServerProcess;
  readonly writers: ChannelWriter[];
  readonly channels: string[];
  readonly #mine = new Map<ChannelWriter, number[]>();
  #turn = 0;

  private constructor(server: ServerProcess, channels: string[], writers: ChannelWriter[]) {
    this.server = server;
    this.channels = channels;
    this.writers = writers;
    for (const writer of writers) this.#mine.set(writer, []);
  }

  static async open(worker: Bundle): Promise<LoadedServer> {
    const server = await startArchiveServer(worker);
    const alice = await RegisteredUser.register(server.port, "alice");
    const bob = await RegisteredUser.register(server.port, "bob");
    const channels: string[] = [];
    for (let at = 0; at < CHANNELS; at++) channels.push(await alice.group(`group ${at}`, [bob]));
    const writers: ChannelWriter[] = [];
    for (const person of [alice, bob])
      for (const channel of channels) writers.push(await ChannelWriter.open(person, channel));
    return new LoadedServer(server, channels, writers);
  }

  get faults(): string[] {
    return this.writers.flatMap(({ faults }) => faults);
  }

  get unanswered(): number {
    return this.writers.reduce((sum, writer) => sum + writer.unanswered, 0);
  }

  archiveFaults(archiveFaults?: ArchiveFaults): Promise<{ seen: Record<string, number> }> {
    return demand(this.server.port, "", archiveFaults ? "PUT" : "GET", "/test/faults", archiveFaults);
  }

  /** Sends for `ms` and answers how long each command took. */
  async load(ms: number): Promise<number[]> {
    const taken: number[] = [];
    for (const writer of this.writers) writer.onAnswer = (took) => taken.push(took);
    const since = performance.now();
    let sent = 0;
    for (let now = since; now - since < ms; now = performance.now()) {
      while (sent < ((now - since) * RATE) / 1_000) {
        sent++;
        this.#write();
      }
      await delay(TICK_MS);
    }
    for (let waited = 0; this.unanswered > 0 && waited < 10_000; waited += 20) await delay(20);
    return taken;
  }

  /** Mostly sends a message; now and then changes an older one. */
  #write(): void {
    const turn = this.#turn++;
    const writer = this.writers[turn % this.writers.length];
    const mine = writer && this.#mine.get(writer);
    if (!writer || !mine) throw new Error("there is no writer");
    const seq = mine[Math.floor(Math.random() * mine.length)];
    const slot = turn % 100;
    if (seq !== undefined && slot === 13) void writer.perform({ type: "message.edit", seq, text: `edited ${turn}` });
    else if (seq !== undefined && slot === 37) {
      mine.splice(mine.indexOf(seq), 1);
      void writer.perform({ type: "message.delete", seq });
    } else if (seq !== undefined && slot === 61) void writer.perform({ type: "reaction.add", seq, emoji: "👍" });
    else {
      const text = `${turn} ${lineOf(turn % 2 ? korean : english, turn)}`;
      void writer.say(text).then((at) => mine.push(at));
    }
  }
}

export async function failing(folder: string, quick: boolean): Promise<Report> {
  const size = sizes[quick ? "quick" : "full"];
  const worker = await bundle("test/simulation/archive/worker/failing-archive.ts", folder);
  const [control, faulty] = [await LoadedServer.open(worker), await LoadedServer.open(worker)];
  try {
    for (const loaded of [control, faulty]) await loaded.load(2_000);
    const windows = await takeTurns(control, faulty, size);
    const state = await healed(faulty);
    const again = await rebuilt(faulty, state.rows);
    const { seen } = await faulty.archiveFaults();
    const by = (name: string) => windows.filter(({ archiveFaults }) => name === "" || archiveFaults === name);
    const ratio = (name: string) =>
      percentile(
        by(name).map(({ faulty }) => faulty),
        0.5,
      ) /
      percentile(
        by(name).map(({ control }) => control),
        0.5,
      );
    const names = ["failing", "gone"];
    return {
      setting: {
        channels: CHANNELS,
        ratePerSecond: RATE,
        windows: windows.length,
        windowMs: size.windowMs,
        goneMs: size.goneMs,
      },
      bars: {
        p99Ratio: { value: rounded100(ratio("")), atMost: 1.2 },
        sendFaults: {
          value: [...control.faults, ...faulty.faults].length + control.unanswered + faulty.unanswered,
          atMost: 0,
        },
        sentToTheFaulty: { value: windows.reduce((sum, { sent }) => sum + sent, 0), atLeast: size.messages * 0.95 },
        batchesFailedBefore: { value: seen.before ?? 0, atLeast: quick ? 0 : 5 },
        batchesFailedAfter: { value: seen.after ?? 0, atLeast: quick ? 0 : 5 },
        wrongAfterHealing: { value: state.wrong.length, atMost: 0 },
        wrongAfterRebuilding: { value: again.wrong.length, atMost: 0 },
      },
      seen: {
        ...Object.fromEntries(names.map((name) => [`p99Ratio ${name}`, rounded100(ratio(name))])),
        controlP99Ms: rounded(
          percentile(
            windows.map(({ control }) => control),
            0.5,
          ),
        ),
        faultyP99Ms: rounded(
          percentile(
            windows.map(({ faulty }) => faulty),
            0.5,
          ),
        ),
        windows: windows.map(
          ({ archiveFaults, control, faulty }) => `${archiveFaults} ${rounded(control)}/${rounded(faulty)}`,
        ),
        archiveFaults: seen,
        faults: [...control.faults, ...faulty.faults].slice(0, 10),
        rows: state.rows.size,
        levelAfterMs: state.levelAfterMs,
        underratedByTheObjects: state.underrated,
        rebuiltAfterMs: again.rebuiltAfterMs,
        wrong: [...state.wrong, ...again.wrong].slice(0, 20),
      },
    };
  } finally {
    await Promise.all([control, faulty].map(({ server }) => server.remove()));
  }
}

const rounded100 = (value: number): number => Math.round(value * 100) / 100;

interface Window {
  archiveFaults: string;
  /** p99 of each server, in milliseconds. */
  control: number;
  faulty: number;
  sent: number;
}

/**
 * Loads both in turn until each has had all messages. The outage is in the middle; in its second
 * half the database does not answer at all.
 */
async function takeTurns(
  control: LoadedServer,
  faulty: LoadedServer,
  { messages, windowMs, goneMs }: Size,
): Promise<Window[]> {
  const count = Math.ceil(messages / ((RATE * windowMs) / 1_000));
  const pairMs = 2 * windowMs;
  const gonePairs = Math.ceil(goneMs / pairMs);
  const from = Math.floor((count - gonePairs) / 2);
  const windows: Window[] = [];
  for (let at = 0; at < count; at++) {
    const isGone = at >= from && at < from + gonePairs;
    const gone = !isGone ? "no" : at < from + gonePairs / 2 ? "refuses" : "hangs";
    await faulty.archiveFaults({ failing: FAILING, gone });
    const p99 = new Map<LoadedServer, number>();
    let sent = 0;
    for (const loaded of [control, faulty]) {
      const taken = await loaded.load(windowMs);
      p99.set(loaded, percentile(taken, 0.99));
      if (loaded === faulty) sent = taken.length;
    }
    const [one = Number.NaN, other = Number.NaN] = [p99.get(control), p99.get(faulty)];
    windows.push({ archiveFaults: isGone ? "gone" : "failing", control: one, faulty: other, sent });
  }
  return windows;
}

/** Checks the archive one minute after the faults end. */
async function healed(loaded: LoadedServer): Promise<ArchiveCheck & { levelAfterMs: number | null }> {
  const { server, channels } = loaded;
  await loaded.archiveFaults({ failing: 0, gone: "no" });
  const since = performance.now();
  const took = await waitUntilArchived(server.port, channels, HEALED_MS);
  await delay(Math.max(0, HEALED_MS - (performance.now() - since)));
  const { rows, wrong, underrated } = await checkArchive(loaded);
  return { rows, wrong, underrated, levelAfterMs: took };
}

interface ArchiveCheck {
  rows: Map<string, Row>;
  wrong: string[];
  underrated: number;
}

async function checkArchive({ server, channels, writers }: LoadedServer): Promise<ArchiveCheck> {
  let underrated = 0;
  const wrong: string[] = [];
  const person = writers[0]?.person;
  if (!person) throw new Error("there is no writer");
  const rows = archiveIn(server.state);
  for (const channel of channels) {
    const report = await compareAsOperator(server.port, channel);
    underrated += report.underrated;
    for (const what of report.wrong) wrong.push(`${channel}: the operator's comparison reports ${what}`);
    for (const what of await differences(rows, person, channel)) wrong.push(`${channel}: ${what}`);
  }
  return { rows, wrong, underrated };
}

/** Empties the archive, rebuilds it, and compares the rows with those before. */
async function rebuilt(loaded: LoadedServer, before: ReadonlyMap<string, Row>) {
  const { server, channels } = loaded;
  await demand(server.port, "", "POST", "/test/empty");
  const wrong: string[] = [];
  for (const channel of channels) {
    const { rows } = await compareAsOperator(server.port, channel);
    if (rows !== 0) wrong.push(`${channel}: the emptied archive holds ${rows} rows`);
    await rebuild(server.port, channel);
  }
  const took = await waitUntilArchived(server.port, channels, REBUILT_MS);
  if (took === null) wrong.push("the archive was not rebuilt in time");
  const after = await checkArchive(loaded);
  wrong.push(...after.wrong);
  for (const [key, row] of before) {
    if (JSON.stringify(row) !== JSON.stringify(after.rows.get(key))) wrong.push(`${key} differs from its earlier row`);
  }
  if (after.rows.size !== before.size) wrong.push(`${after.rows.size} rows instead of ${before.size}`);
  return { wrong, rebuiltAfterMs: took };
}
