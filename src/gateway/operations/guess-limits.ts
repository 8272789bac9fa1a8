// Limits of password guesses and registrations. Every attempt is charged before the password is
// checked. The buckets are rows of the directory, because an attempt must count everywhere.
import { returnToken } from "../../directory/rate-limits";
import type { DeviceProof } from "../auth/device-proof";
import { addressOf, type GatewayContext, networkOf } from "../http/context";
import { chargeRate } from "../http/rate-limit";

/** Charges a registration to its address and, for IPv6, to its /48. */
export async function chargeRegistration(c: GatewayContext): Promise<void> {
  const network = networkOf(c);
  await chargeRate(c, "register", `register ${addressOf(c)}`);
  if (network !== null) await chargeRate(c, "registerNetwork", `register ${network}`);
}

/**
 * Charges a sign-in attempt of an unknown device. `handle` is undefined if no account can have it.
 *
 * The bucket of the handle counts over all addresses, so more addresses give no more guesses. It
 * exists for unknown handles too, so that a refusal does not tell whether an account exists.
 */
export async function chargeStranger(c: GatewayContext, handle: string | undefined): Promise<void> {
  const address = addressOf(c);
  const network = networkOf(c);
  // In this order: a refused address must not write rows for handles that it invents.
  await chargeRate(c, "signInAddress", `sign-in ${address}`);
  if (network !== null) await chargeRate(c, "signInNetwork", `sign-in ${network}`);
  await chargeRate(c, "signIn", `sign-in ${address} ${handle ?? ""}`);
  if (handle !== undefined) await chargeRate(c, "guess", guessKey(handle));
}

/** Charges a sign-in attempt of a device with a valid proof. */
export const chargeKnownDevice = (c: GatewayContext, { device }: DeviceProof): Promise<void> =>
  chargeRate(c, "signInDevice", `device ${device}`);

/** Takes back the charge of the handle's bucket, because the password was right. */
export const refundGuess = (c: GatewayContext, handle: string): Promise<void> =>
  returnToken(c.get("db"), guessKey(handle), c.get("rates").guess);

const guessKey = (handle: string): string => `guess ${handle}`;
