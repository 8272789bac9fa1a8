// A person who was asked into a channel is not notified of it before they accept.
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { accept, registerShy, requestsOf, send } from "../gateway/requests-support";
import { openDirect, openGroup, register } from "../support/http";
import { atRest } from "../support/rest";
import { renewService, service, soon } from "./notification-support";

renewService();

test("[S146] a pending person gets no notification of a direct message or a mention", { timeout: 60_000 }, async () => {
  const [alice, member, bob] = [await register("alice"), await register("member"), await registerShy("bob")];
  const [memberDevice, bobDevice] = [await service.subscribe(member), await service.subscribe(bob)];
  const channel = await openDirect(alice, bob);
  const group = await openGroup(alice, [member, bob]);
  await send(alice, channel, "hello");
  await send(alice, group, `hello @${bob.handle} and @${member.handle}`);
  // The job of the group has run, because its member is notified.
  await expect.poll(() => memberDevice.requests, soon).toBe(1);
  for (const id of [channel, group]) await atRest(id);
  expect(bobDevice.requests).toBe(0);
  expect(await requestsOf(bob)).toHaveLength(2);
  expect((await env.CHANNELS.getByName(group).wake(bob.id)).ok).toBe(false);
  // After the answer the same device is notified.
  await accept(bob, channel);
  await send(alice, channel, "welcome");
  await expect.poll(() => bobDevice.texts, soon).toContain("welcome");
});
