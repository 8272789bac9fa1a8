// Authors whose names look alike, in what the push service gets.
import { expect, test, vi } from "vitest";
import { call, openDirect, openGroup, type Person, register } from "../support/http";
import { say } from "../support/log";
import { epochOf, join } from "../support/socket";
import { renewService, service, soon } from "./notification-support";

vi.setConfig({ testTimeout: 60_000 });
renewService();

const rename = (who: Person, name: string) => call("/v1/me", { method: "PATCH", token: who.token, body: { name } });

test("[S160] a notification has the handle of an author whose name looks like that of another member", async () => {
  const [minji, other, bob] = [await register("minji"), await register("minji2"), await register("bob")];
  await rename(minji, "Minji Kim");
  await rename(other, "M\u0456nji\u00adKim");
  const channel = await openGroup(minji, [other, bob]);
  const a = await join(minji, channel);
  const device = await service.subscribe(bob);
  await say(a, await epochOf(a), "hello");
  await expect.poll(() => device.texts, soon).toEqual(["hello"]);
  expect(device.arrived[0]?.note).toMatchObject({ author: { id: minji.id, name: "Minji Kim", handle: minji.handle } });
});

test("[S160] a notification has no handle where all names differ, and one where mine is the same", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openDirect(alice, bob);
  const a = await join(alice, channel);
  const epoch = await epochOf(a);
  const device = await service.subscribe(bob);
  await say(a, epoch, "one");
  await expect.poll(() => device.texts, soon).toEqual(["one"]);
  expect(device.arrived[0]?.note).toMatchObject({ author: { id: alice.id, name: "alice" } });
  expect(device.arrived[0]?.note).not.toHaveProperty("author.handle");
  await rename(alice, "BOB");
  await say(a, epoch, "two");
  await expect.poll(() => device.texts, soon).toEqual(["one", "two"]);
  expect(device.arrived[1]?.note).toMatchObject({ author: { name: "BOB", handle: alice.handle } });
});
