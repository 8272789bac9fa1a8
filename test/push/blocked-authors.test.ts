// A person whom somebody blocks notifies them of nothing, and hides no notification of others.
import { expect, test, vi } from "vitest";
import { block } from "../support/block";
import { register } from "../support/http";
import { say } from "../support/log";
import { atRest } from "../support/rest";
import { epochOf, join } from "../support/socket";
import { group, pair, renewService, soon } from "./notification-support";

vi.setConfig({ testTimeout: 60_000 });
renewService();

test("[S218] a mention by a blocked person notifies nobody, and hides none of others", async () => {
  const carol = await register("carol");
  const { alice, bob, a, channel, epoch, device } = await group(carol);
  const c = await join(carol, channel);
  await block(bob, alice);
  // Both wait in one job: a mention of carol, and a newer one of alice.
  await Promise.all([
    say(c, await epochOf(c), `@${bob.handle} from carol`),
    say(a, epoch, `@${bob.handle} from alice`),
  ]);
  await expect.poll(() => device.texts, soon).toEqual([`@${bob.handle} from carol`]);
  await say(a, epoch, `@${bob.handle} again`);
  await atRest(channel);
  expect(device.texts).toEqual([`@${bob.handle} from carol`]);
  await say(c, await epochOf(c), `@${bob.handle} carol again`);
  await expect.poll(() => device.texts, soon).toEqual([`@${bob.handle} from carol`, `@${bob.handle} carol again`]);
});

test("[S215] a direct message of a blocked person notifies nobody, not even later", async () => {
  const { alice, bob, a, channel, epoch, device } = await pair();
  await block(bob, alice);
  await say(a, epoch, "hello");
  await atRest(channel);
  expect(device.requests).toBe(0);
});
