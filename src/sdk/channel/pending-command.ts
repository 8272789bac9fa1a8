// One unconfirmed command and its stage.
import type { OutboxEntry, RefusalCode } from "../outbox/outbox";
import type { RefusedText } from "./views";

export type PendingStage =
  | { state: "waiting" }
  | { state: "in-flight"; id: string }
  /** The server has appended it at `seq`. Its event has not arrived yet. */
  | { state: "acked"; seq: number }
  | { state: "failed"; code: RefusalCode; detail: string };

export interface PendingCommand {
  entry: OutboxEntry;
  stage: PendingStage;
}

/** Returns the stage of a command that an earlier client left in the outbox. */
export const stageOf = ({ refusal }: OutboxEntry): PendingStage =>
  refusal ? { state: "failed", ...refusal } : { state: "waiting" };

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
