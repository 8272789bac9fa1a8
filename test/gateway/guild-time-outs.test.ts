// Time-outs: who may time whom out, what a timed-out member still may do, and how a time-out ends.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { scheduled } from "../../src/gateway/scheduled";
import { type FrameOf, type GuildMemberInfo, type GuildView, limits, type ServerFrame } from "../../src/protocol";
import { rowsOf } from "../directory/support";
import { change, giveNewRole, openGuild, openTeam, refusal, viewGuild } from "../support/guild";
import { call, type Person, register, request } from "../support/http";
import { refusalCode, say } from "../support/log";
import { type Device, epochOf, join } from "../support/socket";

const MINUTE_MS = 60_000;

let alice: Person;
let bob: Person;
let carol: Person;
let guild: GuildView;
let channel: string;

beforeEach(async () => {
  ({ alice, bob, carol, guild, channel } = await openTeam());
});

const path = (user: Person) => `members/${user.id}/time-out`;
const timeOut = (user: Person, forMs = MINUTE_MS, by = alice) => change(by, guild.id, "PUT", path(user), { forMs });
const isPermissions = (frame: ServerFrame): frame is FrameOf<"permissions"> => frame.type === "permissions";
const lastPermissions = ({ frames }: Device) => frames.filter(isPermissions).at(-1);
const membersFor = async (by: Person) =>
  (await call<{ items: GuildMemberInfo[] }>(`/v1/guilds/${guild.id}/members`, { token: by.token })).items;

describe("[S209] a timed-out member", () => {
  test("may only read, on an open socket too, from the answer on", async () => {
    const [a, b] = [await join(alice, channel), await join(bob, channel)];
    const seq = await say(b, await epochOf(b), "before");
    await timeOut(bob);
    expect(lastPermissions(b)).toMatchObject({ permissions: ["view", "history"], timedOutUntil: expect.any(Number) });
    const epoch = await epochOf(b);
    expect(await refusalCode(b, epoch, { type: "message.send", text: "no" })).toBe("forbidden");
    expect(await refusalCode(b, epoch, { type: "message.edit", seq, text: "no" })).toBe("forbidden");
    expect(await refusalCode(b, epoch, { type: "message.delete", seq })).toBe("forbidden");
    expect(await refusalCode(b, epoch, { type: "reaction.add", seq, emoji: "👍" })).toBe("forbidden");
    const later = await say(a, await epochOf(a), "after");
    expect(await b.event(later)).toMatchObject({ type: "message.sent" });
    expect((await request(`/v1/channels/${channel}/messages`, { token: bob.token })).status).toBe(200);
  });

  test("loses what they may do in the guild, until it ends", async () => {
    await giveNewRole(alice, guild.id, ["kick", "manage_guild"], bob);
    await timeOut(bob);
    const dave = await register("dave");
    expect(await refusal(bob, guild.id, "PUT", `members/${dave.id}`)).toBe("forbidden");
    expect(await refusal(bob, guild.id, "DELETE", `members/${carol.id}`)).toBe("forbidden");
    expect(await refusal(bob, guild.id, "PATCH", "", { name: "mine" })).toBe("forbidden");
    const view = await viewGuild(bob, guild.id);
    expect(view).toMatchObject({ permissions: ["view", "history"], timedOutUntil: expect.any(Number) });
    expect(view.channels.map(({ permissions }) => permissions)).toEqual([["view", "history"]]);
    await change(alice, guild.id, "DELETE", path(bob));
    expect(await refusal(bob, guild.id, "PATCH", "", { name: "ours" })).toBeNull();
  });

  test("is timed out in this guild only, and nobody else is", async () => {
    const other = await openGuild(bob, [alice]);
    await timeOut(bob);
    const permissionsOf = async (by: Person, id: string) => (await viewGuild(by, id)).permissions;
    expect(await permissionsOf(bob, other.id)).toContain("administrator");
    for (const by of [alice, carol]) expect(await permissionsOf(by, guild.id)).toContain("send");
    expect(await permissionsOf(alice, other.id)).toContain("send");
    expect(await permissionsOf(bob, guild.id)).not.toContain("send");
  });

  test("stays timed out after leaving and joining again, and after the object woke", async () => {
    await timeOut(bob);
    await change(bob, guild.id, "DELETE", `members/${bob.id}`);
    await change(alice, guild.id, "PUT", `members/${bob.id}`);
    await evictDurableObject(env.CHANNELS.getByName(channel));
    const b = await join(bob, channel);
    expect(await refusalCode(b, await epochOf(b), { type: "message.send", text: "no" })).toBe("forbidden");
    expect(b.frames.find(({ type }) => type === "ready")).toMatchObject({ timedOutUntil: expect.any(Number) });
  });
});

describe("who may time out", () => {
  test("nobody times out the owner, an administrator, themselves, or a member of their rank", async () => {
    const role = await giveNewRole(alice, guild.id, ["moderate_members"], bob);
    const lower = await giveNewRole(alice, guild.id, ["administrator"], carol);
    await change(alice, guild.id, "PUT", "role-order", { roles: [lower.id, role.id] });
    for (const user of [alice, bob, carol])
      expect(await refusal(bob, guild.id, "PUT", path(user), { forMs: 1 })).toBe("forbidden");
    expect(await refusal(alice, guild.id, "PUT", path(carol), { forMs: 1 })).toBe("forbidden");
    await change(alice, guild.id, "DELETE", `members/${carol.id}/roles/${lower.id}`);
    expect(await refusal(bob, guild.id, "PUT", path(carol), { forMs: MINUTE_MS })).toBeNull();
    expect(await refusal(carol, guild.id, "DELETE", path(carol))).toBe("forbidden");
    const stranger = await register("dave");
    expect(await refusal(alice, guild.id, "PUT", path(stranger), { forMs: 1 })).toBe("not_found");
  });

  test("a length of nothing and one of more than 4 weeks are refused", async () => {
    expect(await refusal(alice, guild.id, "PUT", path(bob), { forMs: 0 })).toBe("invalid");
    expect(await refusal(alice, guild.id, "PUT", path(bob), { forMs: limits.timeOutMs + 1 })).toBe("invalid");
  });

  test("only those who may time out see who is, and the member", async () => {
    await timeOut(bob);
    const shown = async (by: Person) => (await membersFor(by)).filter(({ timedOutUntil }) => timedOutUntil).length;
    expect([await shown(alice), await shown(bob), await shown(carol)]).toEqual([1, 1, 0]);
  });
});

describe("[S210] the end of a time-out", () => {
  /** Moves the end into the past, in the directory and in the channel. */
  async function pass(): Promise<void> {
    const ended = Date.now() - 1;
    await env.DIRECTORY.prepare("UPDATE guild_time_outs SET until = ?").bind(ended).run();
    await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
      storage.sql.exec("UPDATE members SET timed_out_until = ? WHERE timed_out_until > 0", ended);
    });
  }

  test("needs no request: the alarm tells the open socket, and the member writes again", async () => {
    const b = await join(bob, channel);
    await timeOut(bob, 1_500);
    expect(await refusalCode(b, await epochOf(b), { type: "message.send", text: "no" })).toBe("forbidden");
    await expect.poll(() => lastPermissions(b)?.permissions.includes("send"), { timeout: 8_000 }).toBe(true);
    expect(lastPermissions(b)).not.toHaveProperty("timedOutUntil");
    await say(b, await epochOf(b), "again");
  });

  test("is told after the object slept over it", async () => {
    const b = await join(bob, channel);
    await timeOut(bob);
    await pass();
    await evictDurableObject(env.CHANNELS.getByName(channel));
    await runDurableObjectAlarm(env.CHANNELS.getByName(channel));
    await expect.poll(() => lastPermissions(b)?.permissions.includes("send")).toBe(true);
    await say(b, await epochOf(b), "again");
  });

  test("comes earlier if a moderator ends it, and its row is pruned", async () => {
    const b = await join(bob, channel);
    await timeOut(bob);
    await change(alice, guild.id, "DELETE", path(bob));
    expect(lastPermissions(b)?.permissions).toContain("send");
    await say(b, await epochOf(b), "again");
    await timeOut(bob);
    await pass();
    const nextHour = Math.ceil(Date.now() / 3_600_000) * 3_600_000;
    await scheduled(env, nextHour);
    expect(await rowsOf("SELECT * FROM guild_time_outs WHERE guild = ?", guild.id)).toEqual([]);
  });

  test("sets no alarm in a channel that the member does not have open", async () => {
    const alarm = () => runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => storage.getAlarm());
    await timeOut(bob, limits.timeOutMs);
    expect((await alarm()) ?? 0).toBeLessThan(Date.now() + MINUTE_MS);
  });
});
