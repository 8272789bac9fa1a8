// One unconfirmed command and its stage.
import type { OutboxEntry, RefusalCode } from "../outbox/outbox";
import type { RefusedText } from "./views";

export type PendingStage =
  /** Some files of the message have no ticket yet. Messages after it do not wait for it. */
  | { state: "uploading" }
  | { state: "waiting" }
  | { state: "in-flight"; id: string }
  /** The server has appended it at `seq`. Its event has not arrived yet. */
  | { state: "acked"; seq: number }
  | { state: "failed"; code: RefusalCode; detail: string };

export interface PendingCommand {
  entry: OutboxEntry;
  stage: PendingStage;
  /** Ends the uploads of its files. Set while they run. */
  upload?: AbortController;
  /** The bytes that have been sent of each of its files, by this client. */
  sent?: number[];
}

/** Returns the stage at which a command of the outbox is. */
export function stageOf({ refusal, files = [] }: OutboxEntry): PendingStage {
  if (refusal) return { state: "failed", ...refusal };
  return { state: files.some(({ ticket }) => ticket === undefined) ? "uploading" : "waiting" };
}

/** Returns the entry with the tickets of its files in the command, once all files have one. */
export function withTickets(entry: OutboxEntry): OutboxEntry {
  const { files = [], command } = entry;
  const attachments = files.flatMap(({ ticket, alt = "" }) => (ticket === undefined ? [] : [{ ticket, alt }]));
  if (command.type !== "message.send" || attachments.length < files.length) return entry;
  return { ...entry, command: { ...command, attachments } };
}

/** Returns the refused text of a command, as a list of none or one. */
export function refusedTextOf({ entry, stage }: PendingCommand): RefusedText[] {
  const { command, composedAt, channelName = "" } = entry;
  if (stage.state !== "failed" || !("text" in command)) return [];
  const { nonce: key, text } = command;
  const isEdit = command.type === "message.edit";
  return [
    {
      ...{ key, text, at: composedAt, code: stage.code, channelName },
      change: isEdit ? "edit" : "send",
      seq: isEdit ? command.seq : null,
      thread: isEdit ? null : (command.thread ?? null),
    },
  ];
}
