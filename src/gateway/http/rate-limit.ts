import { takeToken } from "../../directory/rate-limits";
import { ChatError } from "../../domain/error";
import type { RateName } from "../../protocol";
import type { GatewayContext } from "./context";

/**
 * Takes a token from the bucket `key` at a rate of the protocol. Throws `rate_limited` with the
 * time to wait.
 */
export async function chargeRate(c: GatewayContext, rate: RateName, key: string): Promise<void> {
  const waitMs = await takeToken(c.get("db"), key, c.get("rates")[rate], c.get("now"));
  if (waitMs > 0) throw new ChatError("rate_limited", undefined, waitMs);
}
