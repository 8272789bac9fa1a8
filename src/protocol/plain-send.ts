// Nearly every command is a message that answers nothing. It is read here without its schema, which takes a tenth of a busy channel's time; what
// is in any way unusual is left to the schema, and `test/protocol/plain-send.test.ts` holds the two against each other.
import type { AppendingCommand } from "./commands";
import { epochPattern } from "./ids";
import { limits } from "./limits";
import { isMessageText } from "./text";

type Send = Extract<AppendingCommand, { type: "message.send" }>;

const known = new Set(["id", "type", "nonce", "epoch", "after", "text"]);
/** The versions and the variant that RFC 9562 knows. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The command, or null where the schema has to decide. */
export function readPlainSend(raw: unknown): Send | null {
  if (typeof raw !== "object" || raw === null || !("type" in raw) || raw.type !== "message.send") return null;
  const { id, nonce, epoch, after, text }: Partial<Record<keyof Send, unknown>> = raw;
  if (typeof id !== "string" || id.length < 1 || id.length > 64) return null;
  if (typeof nonce !== "string" || !uuid.test(nonce)) return null;
  if (typeof epoch !== "string" || !epochPattern.test(epoch)) return null;
  if (typeof after !== "number" || !Number.isSafeInteger(after) || after < 0) return null;
  if (typeof text !== "string" || text.length > limits.messageCodePoints || !isMessageText(text)) return null;
  for (const name in raw) if (!known.has(name)) return null;
  return { id, type: "message.send", nonce, epoch, after, text };
}
