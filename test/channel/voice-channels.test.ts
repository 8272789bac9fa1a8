// Calls in the channels of a guild: only those of the type `voice` have them.
import { expect, test } from "vitest";
import type { GuildPermission, GuildView } from "../../src/protocol";
import { codeOf, joinCall, rosterOf, signalOf, signalsOf, silent, speaking, startCall } from "../support/calls";
import { change, openGuild, openGuildChannel } from "../support/guild";
import { register } from "../support/http";
import { attach, type Device, join } from "../support/socket";

const allow = (by: Parameters<typeof change>[0], guild: GuildView, permissions: GuildPermission[]) =>
  change(by, guild.id, "PATCH", `roles/${guild.everyone}`, { permissions });

const base: GuildPermission[] = ["view", "history", "send"];

async function openVoice() {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const guild = await openGuild(alice, [bob]);
  const channel = await openGuildChannel(alice, guild.id, { type: "voice" });
  const [a, b] = [await join(alice, channel), await join(bob, channel)];
  return { alice, bob, guild, channel, a, b };
}

const callsIn = async (device: Device) => (await device.until((frame) => frame.type === "ready")).calls;

test("[S259] members of a voice channel join and leave without ringing", async () => {
  const { bob, a, b } = await openVoice();
  const phone = await attach(bob);
  expect(await callsIn(b)).toEqual(["call", "speak", "video", "share"]);
  const { call } = await startCall(a, speaking, true);
  expect(await b.event(call)).toMatchObject({ data: { rang: false } });
  const two = await joinCall(b, call, speaking);
  await b.answer(b.send({ type: "call.leave" }), "ack");
  expect(await signalOf(a, "call.left")).toMatchObject({ peer: two.mine.peer, reason: "left" });
  expect((await rosterOf(a))?.peers).toHaveLength(1);
  await phone.answer(phone.send({ type: "presence.active", active: true }), "ack");
  expect(signalsOf(phone, "ring.started")).toEqual([]);
});

test("[S249] other channels of a guild have no calls", async () => {
  const { alice, guild } = await openVoice();
  const text = await openGuildChannel(alice, guild.id);
  const device = await join(alice, text);
  expect(await callsIn(device)).toBeUndefined();
  expect(await codeOf(device, { type: "call.start", media: silent })).toBe("forbidden");
});

test("[S252] without `speak` a member only listens, and without `call` they leave at once", async () => {
  const { alice, guild, a, b } = await openVoice();
  await allow(alice, guild, [...base, "call"]);
  const { call } = await startCall(a, speaking);
  expect(await codeOf(b, { type: "call.join", call, media: speaking })).toBe("forbidden");
  const two = await joinCall(b, call, silent);
  for (const sent of [{ muted: false }, { camera: true }, { screen: true }])
    expect(await codeOf(b, { type: "call.state", ...silent, ...sent })).toBe("forbidden");
  await allow(alice, guild, base);
  expect(await signalOf(a, "call.left")).toMatchObject({ peer: two.mine.peer, reason: "removed" });
  expect(await codeOf(b, { type: "call.join", call, media: silent })).toBe("forbidden");
});
