import { type GroupOptions, openDirect, openGroup, register } from "./http";
import { epochOf, join } from "./socket";

/** Opens the direct channel of alice and bob, with a joined device of each. */
export async function openPair() {
  const alice = await register("alice");
  const bob = await register("bob");
  const channel = await openDirect(alice, bob);
  const a = await join(alice, channel);
  const b = await join(bob, channel);
  return { alice, bob, channel, a, b, epoch: await epochOf(a) };
}

/** Creates a group of alice (owner), bob and carol, with a joined device of each. */
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
