// Canaries: texts that were deleted, in every way that deletes. Afterwards no table of D1 and of
// the objects holds one of them. The texts that must stay are found, so that the search itself is
// tested.
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Remains, rowsWith } from "../simulation/archive/deleted-text-scan.ts";
import { Needles } from "../simulation/archive/search-samples.ts";
import { password, RegisteredUser } from "../simulation/kit/registered-user.ts";
import { type Attack, send } from "./attack.ts";

const STEP_MS = 3_000;
/** How long alarms, the cron and the archive may take. */
const CLEAN_MS = 120_000;
const QUICK_CLEAN_MS = 45_000;
const EXAMPLES = 20;

export const canaries: Attack = async (server, { quick }) => {
  await server.start("raised");
  const { port } = server;
  const [alice, bob, carol, dave] = [
    await RegisteredUser.register(port, "alice"),
    await RegisteredUser.register(port, "bob"),
    await RegisteredUser.register(port, "carol"),
    await RegisteredUser.register(port, "dave"),
  ];
  const deleted: Record<string, string> = {};
  const plant = (what: string): string => {
    const text = `canary${randomUUID().replaceAll("-", "")}`;
    deleted[what] = text;
    return text;
  };
  const say = async (who: RegisteredUser, channel: string, text: string): Promise<number> => {
    const sent = { method: "POST", path: `/v1/channels/${channel}/messages`, token: who.session };
    const headers = { "idempotency-key": randomUUID() };
    const answer = await send(port, { ...sent, body: JSON.stringify({ text }), headers });
    return JSON.parse(answer.text).seq;
  };
  const kept = `kept${randomUUID().replaceAll("-", "")}`;

  // The first unread message of a reader who is away: only this one changes their inbox row.
  const away = await alice.direct(dave);
  const unread = await say(alice, away, plant("the preview of a deleted message"));
  const direct = await alice.direct(bob);
  await say(alice, direct, kept);
  const gone = await say(alice, direct, plant("a deleted message"));
  // An edited message that is deleted: its versions go too.
  const edited = await say(alice, direct, plant("the first text of an edited message"));
  const editing = JSON.stringify({ text: plant("the second text of an edited message") });
  const key = { "idempotency-key": randomUUID() };
  const path = `/v1/channels/${direct}/messages/${edited}`;
  await send(port, { method: "PATCH", path, token: alice.session, body: editing, headers: key });
  // A group that is deleted, and one that the person leaves before their account goes.
  const group = await alice.group(plant("the name of a deleted group"), [bob]);
  await say(alice, group, plant("a message of a deleted group"));
  const left = await bob.group("Bob's group", [carol]);
  await say(carol, left, plant("a message of an erased former member"));
  await say(carol, await carol.direct(bob), plant("the preview of an erased account"));
  await carol.ask("PUT", `/v1/channels/${left}/draft`, { text: plant("a draft of an erased account") });
  await carol.ask("PATCH", "/v1/me", { name: plant("the name of an erased account") });
  // A server with a channel that is deleted, and one that is erased when its time has come.
  const [guild, ended] = [
    await openGuild(alice, plant("the name of a deleted server")),
    await openGuild(alice, "Kept"),
  ];
  await say(alice, guild.channel, plant("a message of a deleted server"));
  const told = { description: plant("the description of a deleted server") };
  await alice.demand("PATCH", `/v1/guilds/${guild.id}`, told);
  await alice.demand("POST", `/v1/guilds/${guild.id}/roles`, { name: plant("a role of a deleted server") });
  await alice.demand("POST", `/v1/guilds/${guild.id}/categories`, { name: plant("a category of a deleted server") });
  await say(alice, ended.channel, plant("a message of a deleted channel of a server"));
  const renamed = { name: plant("the name of a deleted channel"), topic: plant("the topic of a deleted channel") };
  await alice.demand("PATCH", `/v1/guilds/${ended.id}/channels/${ended.channel}`, renamed);
  await alice.demand("PUT", `/v1/guilds/${ended.id}/members/${carol.id}`);
  const general = await openGuildChannel(alice, ended.id);
  await say(carol, general, plant("a message of an erased account in a server"));
  await alice.demand("PUT", `/v1/guilds/${ended.id}/members/${bob.id}`);
  const purged = await say(bob, general, plant("a purged message"));
  await send(port, {
    ...{ method: "POST", path: `/v1/channels/${general}/messages`, token: alice.session },
    ...{ body: JSON.stringify({ text: "an answer", replyTo: purged }), headers: { "idempotency-key": randomUUID() } },
  });
  // The objects save their rows, and the archive gets them, within seconds.
  await delay(quick ? 8_000 : 15_000);
  const unplanted = Object.entries(deleted).filter(([, text]) => !isFound(text, server.state));

  await alice.ask("DELETE", `/v1/channels/${away}/messages/${unread}`, {});
  await alice.ask("DELETE", `/v1/channels/${direct}/messages/${gone}`, {});
  await alice.ask("DELETE", path, {});
  await alice.ask("DELETE", `/v1/channels/${group}`);
  await alice.demand("PUT", `/v1/guilds/${guild.id}/deletion`);
  await alice.demand("POST", `/v1/guilds/${ended.id}/purges`, { user: bob.id, hours: 1 });
  await alice.demand("DELETE", `/v1/guilds/${ended.id}/channels/${ended.channel}`);
  await carol.ask("DELETE", `/v1/channels/${left}/members/${carol.id}`);
  await carol.ask("DELETE", "/v1/me", { password });

  // The time in which the deletion of a server could be cancelled.
  await server.letTimePass("guilds", "delete_at = 1 WHERE delete_at IS NOT NULL");
  // The time for which the audit log has the name of a deleted channel, as it has all changes.
  await server.letTimePass("guild_audit", "at = 1");

  const needles = new Needles(Object.values(deleted));
  let remains: Remains = {};
  for (let waited = 0; waited < (quick ? QUICK_CLEAN_MS : CLEAN_MS); waited += STEP_MS) {
    await server.runCron();
    await delay(STEP_MS);
    ({ remains } = rowsWith(needles, server.state));
    if (Object.keys(remains).length === 0) break;
  }
  const after = rowsWith(new Needles([kept]), server.state);
  const survivors = Object.entries(deleted).filter(([, text]) => isFound(text, server.state));
  return {
    setting: { canaries: Object.keys(deleted).length },
    bars: {
      placesWithDeletedText: { value: Object.keys(remains).length, atMost: 0 },
      // A canary that was never stored proves nothing.
      canariesNotStored: { value: unplanted.length, atMost: 0 },
      placesWithKeptText: { value: Object.keys(after.remains).length, atLeast: 1 },
    },
    seen: {
      remains: Object.entries(remains).slice(0, EXAMPLES),
      survivors: survivors.map(([what]) => what),
      notStored: unplanted.map(([what]) => what),
    },
  };
};

/** Opens a server. Its first channel is visible to everyone. */
async function openGuild(owner: RegisteredUser, name: string): Promise<{ id: string; channel: string }> {
  const body = { nonce: randomUUID(), name };
  const made = await owner.demand<{ id: string; channels: { id: string }[] }>("POST", "/v1/guilds", body);
  return { id: made.id, channel: made.channels[0]?.id ?? "" };
}

async function openGuildChannel(owner: RegisteredUser, guild: string): Promise<string> {
  const body = { nonce: randomUUID(), name: "general" };
  const made = await owner.demand<{ channels: { id: string; name: string }[] }>(
    "POST",
    `/v1/guilds/${guild}/channels`,
    body,
  );
  return made.channels.find(({ name }) => name === body.name)?.id ?? "";
}

const isFound = (text: string, state: string): boolean =>
  Object.keys(rowsWith(new Needles([text]), state).remains).length > 0;
