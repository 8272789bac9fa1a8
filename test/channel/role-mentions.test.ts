// Mentions of roles in a channel of a guild: who may, who is notified, and how roles change it.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { GuildRole, GuildView, InboxRow, Message } from "../../src/protocol";
import { change, giveNewRole, openGuild, openGuildChannel } from "../support/guild";
import { call, type Person, register } from "../support/http";
import { say } from "../support/log";
import { type Device, epochOf, join } from "../support/socket";

let alice: Person;
let bob: Person;
let carol: Person;
let guild: GuildView;
let channel: string;
let role: GuildRole;
let b: Device;

beforeEach(async () => {
  [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  guild = await openGuild(alice, [bob, carol]);
  channel = guild.channels[0]?.id ?? "";
  role = await giveNewRole(alice, guild.id, [], carol);
  await change(alice, guild.id, "PATCH", `roles/${role.id}`, { name: "Night Shift", mentionable: true });
  b = await join(bob, channel);
});

const rowOf = async ({ id }: Person): Promise<InboxRow> => {
  const answer = await env.CHANNELS.getByName(channel).wake(id);
  if (!answer.ok) throw new Error(answer.code);
  return answer.value;
};
const mentionsOf = async (seq: number) => {
  const { body } = await call<Message>(`/v1/channels/${channel}/messages/${seq}`, { token: bob.token });
  return body.state === "live" ? body.mentions : null;
};
const sayHere = async (text: string) => say(b, await epochOf(b), text);
const set = (body: object) => change(alice, guild.id, "PATCH", `roles/${role.id}`, body);

describe("[S198] a mention of a role", () => {
  test("mentions the members who have it, who count it as a mention", async () => {
    const seq = await sayHere("@night shift, are you awake?");
    expect(await mentionsOf(seq)).toEqual({ users: [carol.id], all: null, roles: [role.id] });
    expect(await rowOf(carol)).toMatchObject({ unread: 1, mentions: 1 });
    expect(await rowOf(alice)).toMatchObject({ unread: 1, mentions: 0 });
  });

  test("is plain text for a role that is not mentionable, except for those who may mention everyone", async () => {
    await set({ mentionable: false });
    expect(await mentionsOf(await sayHere("@Night Shift"))).toEqual({ users: [], all: null });
    await giveNewRole(alice, guild.id, ["mention_all"], bob);
    expect(await mentionsOf(await sayHere("@Night Shift"))).toEqual({
      ...{ users: [carol.id], all: null },
      roles: [role.id],
    });
  });

  test("follows the name of the role and who has it, without another message", async () => {
    await set({ name: "Dawn" });
    expect(await mentionsOf(await sayHere("@Night Shift @dawn"))).toMatchObject({ users: [carol.id] });
    await change(alice, guild.id, "PUT", `members/${alice.id}/roles/${role.id}`);
    expect((await mentionsOf(await sayHere("@dawn")))?.users.toSorted()).toEqual([alice.id, carol.id].sort());
    await change(alice, guild.id, "DELETE", `roles/${role.id}`);
    expect(await mentionsOf(await sayHere("@dawn"))).toEqual({ users: [], all: null });
  });

  test("mentions nobody who cannot see the channel", async () => {
    const hidden = await openGuildChannel(alice, guild.id, { type: "private" });
    const a = await join(alice, hidden);
    const seq = await say(a, await epochOf(a), "@Night Shift");
    const { body } = await call<Message>(`/v1/channels/${hidden}/messages/${seq}`, { token: alice.token });
    expect(body).toMatchObject({ mentions: { users: [], all: null } });
  });
});
