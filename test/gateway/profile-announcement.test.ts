// A changed name and the end of an account reach the devices of those who know the person.
import { expect, test, vi } from "vitest";
import type { Profile } from "../../src/protocol";
import { call, openGroup, register } from "../support/http";
import { openPair } from "../support/pair";
import { attach, type Device } from "../support/socket";
import { erase } from "./erasure-support";

vi.setConfig({ testTimeout: 30_000 });

const profilesOf = (device: Device): Profile[] =>
  device.frames.flatMap((frame) => (frame.type === "inbox" ? (frame.profiles ?? []) : []));

test("[S170] a new name reaches the person's devices and those who share a channel, and nobody else", async () => {
  const { alice, bob } = await openPair();
  const [carol, stranger] = [await register("carol"), await register("stranger")];
  await openGroup(alice, [carol]);
  const [own, direct, member, other] = await Promise.all([alice, bob, carol, stranger].map(attach));
  await call("/v1/me", { method: "PATCH", token: alice.token, body: { name: "Alicia" } });
  const profile = { id: alice.id, handle: alice.handle, name: "Alicia" };
  for (const device of [own, direct, member]) await expect.poll(() => device && profilesOf(device)).toEqual([profile]);
  // A change of something else announces nothing.
  await call("/v1/me", { method: "PATCH", token: alice.token, body: { receipts: false } });
  expect(direct && profilesOf(direct)).toHaveLength(1);
  expect(other && profilesOf(other)).toEqual([]);
});

test("[S170] an erased account reaches those who share a channel, without a name", async () => {
  const { alice, bob } = await openPair();
  const carol = await register("carol");
  await openGroup(alice, [carol]);
  const devices = [await attach(bob), await attach(carol)];
  expect((await erase(alice)).status).toBe(204);
  for (const device of devices)
    await expect.poll(() => profilesOf(device)).toEqual([{ id: alice.id, handle: "", name: "" }]);
});
