import type { Person } from "../support/http";
import { perform as performAll } from "../support/poll";
import { composedAt } from "../support/socket";

/** Sends messages of one person and returns their seqs by text. */
export async function sayAll(person: Person, channel: string, texts: readonly string[]): Promise<Map<string, number>> {
  const seqs = new Map<string, number>();
  for (let i = 0; i < texts.length; i += 64) {
    const some = texts.slice(i, i + 64);
    const commands = some.map((text, j) => {
      return { id: String(j), type: "message.send", ...composedAt("none", 0), text };
    });
    const answers = await performAll(person, channel, commands);
    answers.forEach((frame, j) => {
      if (frame.type !== "ack") throw new Error(JSON.stringify(frame));
      seqs.set(some[j] ?? "", frame.seq);
    });
  }
  return seqs;
}

export const nameOf = ({ channel, seq }: { channel: string; seq: number }): string => `${channel}.${seq}`;
