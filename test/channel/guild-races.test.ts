// Losses of view race traffic: nothing later than the turn that took view away reaches the person.
import { expect, test } from "vitest";
import { closeCodes, type Page } from "../../src/protocol";
import { change, openGuild } from "../support/guild";
import { call, register, request } from "../support/http";
import { fixtureSize } from "../support/runs";
import { attach, composedAt, epochOf, join } from "../support/socket";

const ROUNDS = fixtureSize(15, 300);
const MESSAGES = 8;

test("a person who loses view during traffic gets nothing that follows the answer", { timeout: 300_000 }, async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const guild = await openGuild(alice, [bob]);
  const channel = guild.channels[0]?.id ?? "";
  const everyone = (guild.roles.find(({ id }) => id === guild.everyone)?.permissions ?? []).filter(
    (name) => name !== "view",
  );
  const sender = await join(alice, channel);
  const epoch = await epochOf(sender);
  const phone = await attach(bob);
  const member = `members/${bob.id}`;
  /** Each takes view from bob and gives it back. */
  const losses: [take: () => Promise<unknown>, give: () => Promise<unknown>][] = [
    [
      () => change(alice, guild.id, "PUT", `channels/${channel}/overrides/${bob.id}`, { allow: [], deny: ["view"] }),
      () => change(alice, guild.id, "PUT", `channels/${channel}/overrides/${bob.id}`, { allow: [], deny: [] }),
    ],
    [() => change(alice, guild.id, "DELETE", member), () => change(alice, guild.id, "PUT", member)],
    [
      () => change(alice, guild.id, "PATCH", `roles/${guild.everyone}`, { permissions: everyone }),
      () => change(alice, guild.id, "PATCH", `roles/${guild.everyone}`, { permissions: [...everyone, "view"] }),
    ],
    [
      () => change(alice, guild.id, "PATCH", `channels/${channel}`, { type: "private" }),
      () => change(alice, guild.id, "PATCH", `channels/${channel}`, { type: "text" }),
    ],
  ];
  for (let round = 0; round < ROUNDS; round++) {
    const [take, give] = losses[round % losses.length] ?? expect.fail("no loss");
    const device = await join(bob, channel);
    let isTaken = false;
    const traffic = Array.from({ length: MESSAGES }, async (_, at) => {
      await new Promise((resolve) => setTimeout(resolve, at * 3));
      const text = `${round} ${at} @${bob.handle} ${isTaken ? "after" : "before or during"}`;
      sender.send({ type: "message.send", text, ...composedAt(epoch, 0) });
    });
    const taken = take().then(() => {
      isTaken = true;
    });
    await Promise.all([...traffic, taken]);
    expect(await device.untilClosed()).toMatchObject({ code: closeCodes.removed });
    sender.send({ type: "message.send", text: `${round} @${bob.handle} after`, ...composedAt(epoch, 0) });
    await expect.poll(() => sender.events.some(({ data }) => JSON.stringify(data).includes(`"${round} @`))).toBe(true);
    expect(JSON.stringify(device.frames)).not.toContain(" after");
    expect(JSON.stringify(phone.frames)).not.toContain(`${round} @${bob.handle} after`);
    for (const path of ["/messages", "/events", "/pins"])
      expect((await request(`/v1/channels/${channel}${path}`, { token: bob.token })).status).toBe(404);
    await give();
  }
  const { head } = await call<Page>(`/v1/channels/${channel}/messages`, { token: bob.token });
  expect(head).toBeGreaterThan(ROUNDS);
});
