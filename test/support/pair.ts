import { type GroupOptions, openDirect, openGroup, register } from "./http";
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

/** A group that alice owns, with bob and carol in it, each with one device. */
export async function openTrio(options: GroupOptions = {}) {
  const alice = await register("alice");
  const bob = await register("bob");
  const carol = await register("carol");
  const channel = await openGroup(alice, [bob, carol], options);
  const a = await join(alice, channel);
  const b = await join(bob, channel);
  const c = await join(carol, channel);
  return { alice, bob, carol, channel, a, b, c, epoch: await epochOf(a) };
}
