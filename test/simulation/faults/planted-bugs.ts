// The bugs that `npm run test:faults -- --bugs` plants one after the other. The run must find each.
import type { PlantedBug } from "../kit/planted-bug.ts";
import type { ViolationKind } from "./violations.ts";

const log = "src/channel/log/log.ts";

export const plantedBugs: readonly PlantedBug<ViolationKind>[] = [
  {
    name: "1-ack-before-store",
    promise: "A send is acknowledged only after its entry is stored.",
    foundAs: ["lost", "resets"],
    // Plain sends are stored 300 ms later, or when something reads them.
    edits: [
      {
        file: log,
        find: "  /**\n   * Runs the writes of a turn in one transaction.",
        replace: `  readonly #unstored = new Map<number, () => void>();

  store(...seqs: number[]): void {
    for (const seq of seqs.length > 0 ? seqs : [...this.#unstored.keys()]) {
      this.#unstored.get(seq)?.();
      this.#unstored.delete(seq);
    }
  }

  /**
   * Runs the writes of a turn in one transaction.`,
      },
      {
        file: log,
        find: "    this.#writer.write(outcome, stamp, this.#head + 1);",
        replace: `    const seq = this.#head + 1;
    this.#unstored.set(seq, () => this.#writer.write(outcome, stamp, seq));
    if (outcome.kind === "send" && !outcome.threadUpdate && outcome.replyTo === null) setTimeout(() => this.store(seq), 300);
    else this.store(seq);`,
      },
      {
        file: log,
        find: "  priorEntryAt(seq: number): PriorEntry | null {",
        replace: "  priorEntryAt(seq: number): PriorEntry | null {\n    this.store(seq);",
      },
      {
        file: log,
        find: "  message(seq: number): TargetMessage | null {",
        replace: "  message(seq: number): TargetMessage | null {\n    this.store(seq);",
      },
      {
        file: "src/channel/operations/resume.ts",
        find: "  const { epoch, header } = channel.log;\n",
        replace: "  const { epoch, header } = channel.log;\n  channel.log.store();\n",
      },
    ],
  },
  {
    name: "2-nonces-in-memory-only",
    promise: "A repeated send is recognised after a restart.",
    foundAs: ["duplicated"],
    edits: [
      {
        file: log,
        find: "if (after >= this.#recentNonces.knownAfter) return",
        replace: "if (after >= 0) return",
      },
    ],
  },
  {
    name: "3-seq-before-an-await",
    promise: "Two commands never get the same seq.",
    foundAs: ["lost", "duplicated", "moved", "disagreements"],
    edits: [
      {
        file: "src/channel/log/writer.ts",
        find: "INSERT INTO entries (seq, type, actor",
        replace: "INSERT OR REPLACE INTO entries (seq, type, actor",
      },
      {
        file: "src/channel/log/plain-rows.ts",
        find: "INSERT INTO entries (seq, type, actor",
        replace: "INSERT OR REPLACE INTO entries (seq, type, actor",
      },
      {
        file: "src/channel/log/writer.ts",
        find: "INSERT INTO entries ($",
        replace: "INSERT OR REPLACE INTO entries ($",
      },
      {
        file: log,
        find: "  /** Stores an outcome and returns its event. Call it inside `transact`. */",
        replace: `  takeNext(seq: number): void {
    this.#head = seq - 1;
  }

  /** Stores an outcome and returns its event. Call it inside \`transact\`. */`,
      },
      {
        file: "src/channel/operations/append.ts",
        find: "  return unwrap(await channel.turn.enqueueWrite(text.length, append));",
        replace: `  const seq = channel.log.head + 1;
  await scheduler.wait(1);
  channel.log.takeNext(seq);
  return unwrap(await channel.turn.enqueueWrite(text.length, append));`,
      },
    ],
  },
  {
    name: "4-joins-after-the-last-page",
    promise: "A socket joins in the turn that reads its last page, so that it misses nothing.",
    foundAs: ["gaps", "lost"],
    edits: [
      {
        file: "src/channel/operations/queries.ts",
        find: "if (ready && isReached) channel.sockets.setState(connected, { ...connected.state, ...joined });",
        replace:
          "if (ready && isReached) setTimeout(() => channel.sockets.setState(connected, { ...connected.state, ...joined }), 20);",
      },
    ],
  },
  {
    name: "5-broadcast-before-insert",
    promise: "An entry is broadcast only after it is stored.",
    foundAs: ["duplicated", "lost", "disagreements"],
    edits: [
      {
        file: log,
        find: "    this.#writer.write(outcome, stamp, this.#head + 1);",
        replace: `    const seq = this.#head + 1;
    if (outcome.kind === "send") setTimeout(() => this.#writer.write(outcome, stamp, seq), 0);
    else this.#writer.write(outcome, stamp, seq);`,
      },
      {
        file: log,
        find: 'outcome.kind === "send" && !outcome.threadUpdate && outcome.replyTo === null',
        replace: 'outcome.kind === "send"',
      },
    ],
  },
  {
    name: "6-checks-before-the-flush",
    promise: "Copies of a command that arrive in one turn make one entry.",
    foundAs: ["duplicated"],
    edits: [
      {
        file: "src/channel/operations/append.ts",
        find: "  identified: IdentifiedCommand,\n  reply:",
        replace: "  identified: IdentifiedCommand & { prior?: PriorEntry | null },\n  reply:",
      },
      {
        file: "src/channel/operations/append.ts",
        find: "  identified: IdentifiedCommand,\n): {",
        replace: "  identified: IdentifiedCommand & { prior?: PriorEntry | null },\n): {",
      },
      {
        file: "src/channel/operations/append.ts",
        find: "  const prior = findPrior(channel, user, identified, now);",
        replace:
          "  const prior = identified.prior === undefined ? findPrior(channel, user, identified, now) : identified.prior;",
      },
      {
        file: "src/channel/operations/append.ts",
        find: "\nfunction findPrior(",
        replace: "\nexport function findPrior(",
      },
      {
        file: "src/channel/operations/dispatcher.ts",
        find: 'import { type AppendParts, appendCommand } from "./append";',
        replace: 'import { type AppendParts, appendCommand, findPrior } from "./append";',
      },
      {
        file: "src/channel/operations/dispatcher.ts",
        find: '    const write = () => appendCommand(channel, source.admit, { identifiedBy: "nonce", command }, answer);',
        replace: `    const prior = findPrior(channel, source.admit().user, { identifiedBy: "nonce", command }, channel.now());
    const write = () => appendCommand(channel, source.admit, { identifiedBy: "nonce", command, prior }, answer);`,
      },
    ],
  },
];
