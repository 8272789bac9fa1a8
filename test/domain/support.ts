// A log in memory, as plain as the rules need it: what they answer is performed, so that histories can be played.
import { append } from "../../src/domain/append";
import type { Composed, LogReader, Outcome, PriorEntry, TargetMessage, Uncursored } from "../../src/domain/log";
import type { ChannelKind, Role } from "../../src/protocol";

export const EPOCH = "k3f9";

export class PlainLog implements LogReader {
  readonly epoch = EPOCH;
  readonly entries: (PriorEntry & { actor: string; version: number; changedAt: number; deleted: boolean })[] = [];

  get head(): number {
    return this.entries.length;
  }

  digest(text: string): string {
    return `digest of ${text}`;
  }

  message(seq: number): TargetMessage | null {
    const entry = this.entries[seq - 1];
    if (entry?.type !== "message.sent") return null;
    const { actor: author, version, deleted, changedAt, digest } = entry;
    return { seq, author, version, deleted, changedAt, digest, text: deleted ? null : entry.text };
  }

  prior(actor: string, nonce: string): PriorEntry | null {
    return this.entries.find((entry) => entry.actor === actor && entry.nonce === nonce) ?? null;
  }

  perform(outcome: Outcome, actor: string, nonce: string): void {
    if (outcome.kind === "known") return;
    const seq = this.head + 1;
    const at = seq * 1_000;
    const made = { seq, at, nonce, actor, version: seq, changedAt: at, deleted: false };
    if (outcome.kind === "send") {
      this.entries.push({ ...made, type: "message.sent", target: null, text: outcome.text, digest: null });
      return;
    }
    const target = this.entries[outcome.target - 1];
    if (!target) throw new Error("nothing there to change");
    const isEdit = outcome.kind === "edit";
    const type = isEdit ? "message.edited" : "message.deleted";
    this.entries.push({ ...made, type, target: outcome.target, text: null, digest: isEdit ? outcome.digest : null });
    Object.assign(target, {
      version: seq,
      changedAt: at,
      digest: outcome.sentDigest,
      text: isEdit ? outcome.text : "",
      deleted: !isEdit,
    });
  }
}

export interface Someone {
  user: string;
  role?: Role;
  kind?: ChannelKind;
}

/** Judges and performs one command; answers what the rule decided. */
export function play(
  log: PlainLog,
  { user, role = "member", kind = "direct" }: Someone,
  nonce: string,
  command: Uncursored,
): Outcome {
  const outcome = append(log, { user, role, kind }, command, log.prior(user, nonce));
  log.perform(outcome, user, nonce);
  return outcome;
}

export const send = (text: string) => ({ type: "message.send", text }) as const;
export const edit = (seq: number, text: string) => ({ type: "message.edit", seq, text }) as const;
export const remove = (seq: number) => ({ type: "message.delete", seq }) as const;
export const position = (epoch: string, after: number): Pick<Composed, "epoch" | "after"> => ({ epoch, after });
