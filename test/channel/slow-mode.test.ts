// Slow mode and locks of channels of guilds.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { type FrameOf, type GuildView, limits, type ServerFrame } from "../../src/protocol";
import { change, giveNewRole, openTeam, refusal, viewGuild } from "../support/guild";
import { type Person, request } from "../support/http";
import { perform, refusalCode, say } from "../support/log";
import { composedAt, type Device, epochOf, join } from "../support/socket";

let alice: Person;
let bob: Person;
let carol: Person;
let guild: GuildView;
let channel: string;

beforeEach(async () => {
  ({ alice, bob, carol, guild, channel } = await openTeam());
});

const slowDown = (slowModeSeconds: number) =>
  change(alice, guild.id, "PATCH", `channels/${channel}`, { slowModeSeconds });
const send = { type: "message.send", text: "next" } as const;
const isPermissions = (frame: ServerFrame): frame is FrameOf<"permissions"> => frame.type === "permissions";
const lastPermissions = ({ frames }: Device) => frames.filter(isPermissions).at(-1);
const readyOf = async (person: Person) =>
  (await join(person, channel)).frames.find(({ type }) => type === "ready") as FrameOf<"ready">;

describe("[S212] slow mode", () => {
  test("is told on open sockets, and refuses a second message with the time to wait", async () => {
    const b = await join(bob, channel);
    await slowDown(60);
    expect(lastPermissions(b)?.slowMode).toEqual({ seconds: 60 });
    const epoch = await epochOf(b);
    await say(b, epoch, "first");
    const refused = await b.answer(b.send({ ...send, ...composedAt(epoch, 0) }), "error");
    expect(refused).toMatchObject({ code: "slow_mode", temporary: true });
    expect(refused.retryAfterMs).toBeGreaterThan(50_000);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(60_000);
    // Others have their own time, and other commands are free.
    const c = await join(carol, channel);
    const seq = await say(c, epoch, "of carol");
    expect(await refusalCode(c, epoch, send)).toBe("slow_mode");
    await perform(b, epoch, { type: "reaction.add", seq, emoji: "👍" });
    await slowDown(0);
    expect(lastPermissions(b)).not.toHaveProperty("slowMode");
    await say(b, epoch, "at once");
  });

  test("counts from the log: neither sleep nor an earlier message is forgotten, a repeat is free", async () => {
    const b = await join(bob, channel);
    const epoch = await epochOf(b);
    const composed = { ...send, ...composedAt(epoch, 0) };
    const next = (await headOf()) + 1;
    b.send(composed);
    const { seq } = await b.event(next);
    await slowDown(3_600);
    expect(await refusalCode(b, epoch, send)).toBe("slow_mode");
    expect(await b.answer(b.send(composed), "ack")).toMatchObject({ seq });
    await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "close" });
    const { slowMode } = await readyOf(bob);
    expect(slowMode).toMatchObject({ seconds: 3_600, nextAt: expect.any(Number) });
    const again = await join(bob, channel);
    expect(await refusalCode(again, epoch, send)).toBe("slow_mode");
    await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
      storage.sql.exec("UPDATE entries SET at = at - 3600000");
    });
    await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "close" });
    const later = await join(bob, channel);
    await say(later, epoch, "an hour later");
    expect(await refusalCode(later, epoch, send)).toBe("slow_mode");
  });

  test("does not bind those who keep the order", async () => {
    await giveNewRole(alice, guild.id, ["delete_any"], bob);
    await slowDown(60);
    const [a, b] = [await join(alice, channel), await join(bob, channel)];
    for (const device of [a, b]) {
      await say(device, await epochOf(device), "one");
      await say(device, await epochOf(device), "two");
    }
    expect((await readyOf(bob)).slowMode).toBeUndefined();
    expect((await readyOf(carol)).slowMode).toEqual({ seconds: 60 });
  });

  test("has bounds, and is shown in the guild", async () => {
    const path = `channels/${channel}`;
    const tooLong = { slowModeSeconds: limits.slowModeSeconds + 1 };
    expect(await refusal(alice, guild.id, "PATCH", path, tooLong)).toBe("invalid");
    expect(await refusal(bob, guild.id, "PATCH", path, { slowModeSeconds: 5 })).toBe("forbidden");
    await slowDown(5);
    expect((await viewGuild(bob, guild.id)).channels[0]).toMatchObject({ slowModeSeconds: 5 });
  });

  /** The seq of the newest entry. */
  async function headOf(): Promise<number> {
    const response = await request(`/v1/channels/${channel}/messages`, { token: bob.token });
    return (await response.json<{ head: number }>()).head;
  }
});

describe("[S213] a lock", () => {
  const lock = (by: Person, method = "PUT") => refusal(by, guild.id, method, `channels/${channel}/lock`);

  test("is in force on open sockets, spares those whom an override lets send, and ends", async () => {
    const [b, c] = [await join(bob, channel), await join(carol, channel)];
    const speaker = await giveNewRole(alice, guild.id, [], carol);
    const grant = { allow: ["send"], deny: [] };
    await change(alice, guild.id, "PUT", `channels/${channel}/overrides/${speaker.id}`, grant);
    expect(await lock(alice)).toBeNull();
    expect(lastPermissions(b)?.permissions).not.toContain("send");
    expect(await refusalCode(b, await epochOf(b), send)).toBe("forbidden");
    await say(c, await epochOf(c), "spared");
    expect((await viewGuild(bob, guild.id)).channels[0]).toMatchObject({ locked: true });
    expect(await lock(alice)).toBeNull();
    expect(await lock(alice, "DELETE")).toBeNull();
    await say(b, await epochOf(b), "again");
    expect((await viewGuild(bob, guild.id)).channels[0]).not.toHaveProperty("locked");
  });

  test("keeps what the override of everyone says otherwise", async () => {
    const path = `channels/${channel}/overrides`;
    const before = { allow: [], deny: ["pin"] };
    await change(alice, guild.id, "PUT", `${path}/${guild.everyone}`, before);
    await lock(alice);
    await lock(alice, "DELETE");
    expect(await change(alice, guild.id, "GET", path)).toMatchObject({
      items: [{ target: guild.everyone, ...before }],
    });
  });

  test("needs manage_channels, and send in the guild: nobody takes what they lack", async () => {
    expect(await lock(bob)).toBe("forbidden");
    await giveNewRole(alice, guild.id, ["manage_channels"], bob);
    expect(await lock(bob)).toBeNull();
    expect(await lock(bob, "DELETE")).toBeNull();
    const rest = { permissions: ["view", "history"] };
    await change(alice, guild.id, "PATCH", `roles/${guild.everyone}`, rest);
    expect(await lock(bob)).toBe("forbidden");
  });
});
