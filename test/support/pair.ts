import { openDirect, register } from "./http";
import { epochOf, join } from "./socket";

/** Alice and bob with their direct channel, each with one device in it. */
export async function openPair() {
  const alice = await register("alice");
  const bob = await register("bob");
  const channel = await openDirect(alice, bob);
  const a = await join(alice, channel);
  const b = await join(bob, channel);
  return { alice, bob, channel, a, b, epoch: await epochOf(a) };
}
