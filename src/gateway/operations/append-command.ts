// How HTTP requests append to a channel's log: by the same commands as a socket. A repeated request
// is recognised by its nonce and cursor, or by its idempotency key.
import { ChatError, unwrap } from "../../domain/error";
import type { CommandContent } from "../../domain/log";
import type { IdentifiedCommand } from "../../domain/ports";
import type { Appended } from "../../protocol";
import { retry } from "../../runtime/retry";
import { channelObject, type GatewayContext } from "../http/context";

const KEY_LENGTH_MAX = 255;

/** What identifies a command in the body of a request; a client sends all three or none. */
interface CommandIdentity {
  nonce?: string | undefined;
  epoch?: string | undefined;
  after?: number | undefined;
}

/**
 * Appends a command and retries a failed call. A retry is harmless: the channel recognises it, or
 * its effect is the same twice.
 */
export async function appendCommand(
  c: GatewayContext,
  command: CommandContent,
  identity: CommandIdentity,
): Promise<Appended> {
  const identified = identifyCommand(c, command, identity);
  return unwrap(await retry(async () => channelObject(c).append(c.get("caller"), identified)));
}

/** Throws `idempotency_key_required` where a repeated request would append a second entry. */
function identifyCommand(
  c: GatewayContext,
  command: CommandContent,
  { nonce, epoch, after }: CommandIdentity,
): IdentifiedCommand {
  if (nonce !== undefined && epoch !== undefined && after !== undefined) {
    return { by: "nonce", command: { ...command, nonce, epoch, after } };
  }
  const key = c.req.header("idempotency-key");
  if (key !== undefined) {
    if (key.length < 1 || key.length > KEY_LENGTH_MAX) {
      throw new ChatError("invalid", `Idempotency-Key: 1 to ${KEY_LENGTH_MAX} characters`);
    }
    return { by: "key", key, command };
  }
  // A text that is sent twice makes two messages; every other change has the same effect twice.
  if ("text" in command) throw new ChatError("idempotency_key_required");
  return { by: "none", command };
}
