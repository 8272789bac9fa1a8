// Appends to a channel's log for HTTP requests, by the same commands as a socket. A repeated
// request is recognised by its nonce and cursor, or by its idempotency key.
import { ChatError, unwrap } from "../../domain/error";
import type { CommandContent } from "../../domain/log";
import type { IdentifiedCommand } from "../../domain/ports";
import { type Appended, limits } from "../../protocol";
import { retry } from "../../runtime/retry";
import { channelObject, type GatewayContext } from "../http/context";

/** What identifies a command in the body of a request; a client sends all three or none. */
interface CommandIdentity {
  nonce?: string | undefined;
  epoch?: string | undefined;
  after?: number | undefined;
}

/**
 * Appends a command and retries a failed RPC. A retry is harmless: the channel recognises the
 * command, or its effect is the same twice.
 */
export async function appendCommand(
  c: GatewayContext,
  command: CommandContent,
  identity: CommandIdentity,
): Promise<Appended> {
  const identified = identifyCommand(c, command, identity);
  return unwrap(await retry(async () => channelObject(c).append(c.get("caller"), identified)));
}

/**
 * Throws `idempotency_key_required` if a repeated request would append a second entry, and
 * `invalid` if the header and the body both identify the command: each could name another one.
 */
function identifyCommand(
  c: GatewayContext,
  command: CommandContent,
  { nonce, epoch, after }: CommandIdentity,
): IdentifiedCommand {
  const key = c.req.header("idempotency-key");
  if (key !== undefined) {
    const most = limits.idempotencyKeyCharacters;
    const isValid = key !== "" && key.length <= most;
    if (!isValid) throw new ChatError("invalid", `Idempotency-Key: must be ${most} characters or fewer, not empty`);
    if (nonce !== undefined || epoch !== undefined || after !== undefined)
      throw new ChatError("invalid", "Idempotency-Key: stands for nonce, epoch and after; send only one of both");
    return { identifiedBy: "key", key, command };
  }
  if (nonce !== undefined && epoch !== undefined && after !== undefined) {
    return { identifiedBy: "nonce", command: { ...command, nonce, epoch, after } };
  }
  // A repeated text makes two messages; every other change has the same effect twice.
  if ("text" in command) throw new ChatError("idempotency_key_required");
  return { identifiedBy: "none", command };
}
