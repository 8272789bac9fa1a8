// The bugs that `npm run test:faults -- --bugs` plants one after the other. The run must find each.
import type { PlantedBug } from "../kit/planted-bug.ts";
import type { ViolationKind } from "./violations.ts";

const log = "src/channel/log.ts";

export const plantedBugs: readonly PlantedBug<ViolationKind>[] = [
  {
    name: "1-ack-before-store",
    promise: "A send is acknowledged only after its entry is stored.",
    foundAs: ["lost", "resets"],
    // Plain sends are stored 300 ms later, or when something reads them.
    edits: [
      {
        file: log,
        find: "  /** Runs a turn's writes as one commit.",
        replace: `  readonly #unstored = new Map<number, () => void>();

  store(...seqs: number[]): void {
    for (const seq of seqs.length > 0 ? seqs : [...this.#unstored.keys()]) {
      this.#unstored.get(seq)?.();
      this.#unstored.delete(seq);
    }
  }

  /** Runs a turn's writes as one commit.`,
      },
      {
        file: log,
        find: "    this.#writer.write(outcome, stamp, this.#head + 1);",
        replace: `    const seq = this.#head + 1;
    this.#unstored.set(seq, () => this.#writer.write(outcome, stamp, seq));
    if (outcome.kind === "send" && !outcome.touch && outcome.replyTo === null) setTimeout(() => this.store(seq), 300);
    else this.store(seq);`,
      },
      {
        file: log,
        find: "  prior(seq: number): PriorEntry | null {",
        replace: "  prior(seq: number): PriorEntry | null {\n    this.store(seq);",
      },
      {
        file: log,
        find: "  message(seq: number): TargetMessage | null {",
        replace: "  message(seq: number): TargetMessage | null {\n    this.store(seq);",
      },
      {
        file: "src/channel/resuming.ts",
        find: "  const { epoch, head } = channel.log;\n  const { since }",
        replace: "  const { epoch, head } = channel.log;\n  channel.log.store();\n  const { since }",
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
        find: "if (after >= this.#recent.from) return",
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
        file: "src/channel/log-writer.ts",
        find: "INSERT INTO entries (seq, type, actor",
        replace: "INSERT OR REPLACE INTO entries (seq, type, actor",
      },
      {
        file: "src/channel/log-writer.ts",
        find: "INSERT INTO entries ($",
        replace: "INSERT OR REPLACE INTO entries ($",
      },
      {
        file: log,
        find: "  /** Performs an outcome inside `transact` and answers its event. */",
        replace: `  takeNext(seq: number): void {
    this.#head = seq - 1;
  }

  /** Performs an outcome inside \`transact\` and answers its event. */`,
      },
      {
        file: "src/channel/object.ts",
        find: "    return await channel.turn.write(bytes, (reply) =>",
        replace: `    const seq = channel.log.head + 1;
    await scheduler.wait(1);
    channel.log.takeNext(seq);
    return await channel.turn.write(bytes, (reply) =>`,
      },
    ],
  },
  {
    name: "4-joins-after-the-last-page",
    promise: "A socket joins in the turn that reads its last page, so that it misses nothing.",
    foundAs: ["gaps", "lost"],
    edits: [
      {
        file: "src/channel/handlers.ts",
        find: "if (isLevel) channel.sockets.keep(attached, { ...attached.attachment, joined: true });",
        replace:
          "if (isLevel) setTimeout(() => channel.sockets.keep(attached, { ...attached.attachment, joined: true }), 20);",
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
        find: 'outcome.kind === "send" && !outcome.touch && outcome.replyTo === null',
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
        file: "src/channel/append.ts",
        find: "  named: Named,\n  reply:",
        replace: "  named: Named & { prior?: PriorEntry | null },\n  reply:",
      },
      {
        file: "src/channel/append.ts",
        find: "  named: Named,\n): {",
        replace: "  named: Named & { prior?: PriorEntry | null },\n): {",
      },
      {
        file: "src/channel/append.ts",
        find: "  const prior = findPrior(channel, user, named, now);",
        replace: "  const prior = named.prior === undefined ? findPrior(channel, user, named, now) : named.prior;",
      },
      {
        file: "src/channel/append.ts",
        find: "\nfunction findPrior(",
        replace: "\nexport function findPrior(",
      },
      {
        file: "src/channel/reception.ts",
        find: 'import { attemptAppend } from "./append";',
        replace: 'import { attemptAppend, findPrior } from "./append";',
      },
      {
        file: "src/channel/reception.ts",
        find: '    const attempt = () => attemptAppend(channel, asker.admit, { by: "nonce", command }, answer);',
        replace: `    const prior = findPrior(channel, asker.admit().user, { by: "nonce", command }, channel.now());
    const attempt = () => attemptAppend(channel, asker.admit, { by: "nonce", command, prior }, answer);`,
      },
    ],
  },
];
