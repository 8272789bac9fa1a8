// HTTP's way into a channel's log: the same commands as on a socket, told from their repeats by nonce and cursor, or by a key.
import { ChatError, unwrap } from "../../domain/error";
import type { CommandContent } from "../../domain/log";
import type { IdentifiedCommand } from "../../domain/ports";
import type { Appended } from "../../protocol";
import { retry } from "../../runtime/retry";
import type { GatewayContext } from "../http/context";

/** The object of the channel that the path names. */
export const channelOf = (c: GatewayContext) => c.env.CHANNELS.getByName(c.req.param("channel") ?? "");

interface Cursor {
  nonce?: string | undefined;
  epoch?: string | undefined;
  after?: number | undefined;
}

/** Appends a command. Repeating it is harmless: the channel knows it again, or it repeats itself. */
export async function appendCommand(c: GatewayContext, command: CommandContent, cursor: Cursor): Promise<Appended> {
  const named = nameCommand(c, command, cursor);
  return unwrap(await retry(async () => channelOf(c).append(c.get("caller"), named)));
}

/** Throws `idempotency_key_required` where a repeat could not be told from a second command. */
function nameCommand(c: GatewayContext, command: CommandContent, { nonce, epoch, after }: Cursor): IdentifiedCommand {
  if (nonce !== undefined && epoch !== undefined && after !== undefined) {
    return { by: "nonce", command: { ...command, nonce, epoch, after } };
  }
  const key = c.req.header("idempotency-key");
  if (key !== undefined) {
    if (key.length < 1 || key.length > 255) throw new ChatError("invalid", "Idempotency-Key: 1 to 255 characters");
    return { by: "key", key, command };
  }
  // Words said twice are twice as many; every other change made twice is made once.
  if ("text" in command) throw new ChatError("idempotency_key_required");
  return { by: "none", command };
}
