// What was deleted is in no table: canaries are stored in every possible way, deleted, and then
// searched in every table of every object and database.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import type { Roster } from "../../src/domain/roster";
import { scheduled } from "../../src/gateway/scheduled";
import type { Message } from "../../src/protocol";
import { migrations } from "../../src/user/schema";
import { rowsOf } from "../directory/support";
import { drained, entriesOf, rawRows } from "../support/archive";
import { photo, sayParts } from "../support/attachments";
import { placesWith, tablesOf } from "../support/every-table";
import { call, openDirect, openGroup, type Person, register, removeMember, request } from "../support/http";
import { perform, say } from "../support/log";
import { longTest } from "../support/long-test";
import { Poller } from "../support/poll";
import { atRest } from "../support/rest";
import { attach, epochOf, join } from "../support/socket";
import { erase } from "./erasure-support";
import { personInvite } from "./invites-support";

const newCanary = (): string => `canary${crypto.randomUUID().replaceAll("-", "")}`;

/** Waits until a text is nowhere any more. */
const isNowhere = (canary: string) =>
  expect.poll(() => placesWith(canary), { timeout: 15_000, interval: 200 }).toEqual([]);

const sendOverHttp = (by: Person, channel: string, text: string, key: string) =>
  call<{ seq: number }>(`/v1/channels/${channel}/messages`, {
    method: "POST",
    token: by.token,
    body: { text },
    headers: { "idempotency-key": key },
  });

/** A group with one member for each way to be away, each of whom has an inbox row of it. */
async function openAudience(canary: string) {
  const people = await Promise.all(["alice", "bob", "carol", "dave", "erin"].map(register));
  const [alice, away, polling, viewing, connected] = people as [Person, Person, Person, Person, Person];
  const channel = await openGroup(alice, people.slice(1), { name: "Audience" });
  const a = await join(alice, channel);
  const epoch = await epochOf(a);
  for (const person of [away, polling, viewing, connected]) await attach(person);
  await join(viewing, channel);
  const poller = new Poller(polling, "/v1/inbox");
  await poller.ask({ after: 0 });
  const gone = await attach(away);
  gone.close();
  const said = await say(a, epoch, `${canary} before`);
  await atRest(channel);
  return { said, alice, away, polling, viewing, connected, channel, a, epoch };
}

longTest("a deleted message is in no table, whoever is away, polls or watches", async () => {
  const canary = newCanary();
  const { said, alice, away, channel, a, epoch } = await openAudience(canary);
  // Nobody fetches the last preview.
  const { seq: keyed } = await sendOverHttp(alice, channel, `${canary} over HTTP`, `key ${canary}`);
  const edited = await say(a, epoch, `${canary} first`);
  await perform(a, epoch, { type: "message.edit", seq: edited, text: `${canary} second` });
  await say(a, epoch, "an answer", { replyTo: edited });
  await atRest(channel);
  await drained(channel);
  expect(await placesWith(canary)).toEqual(expect.arrayContaining(["channel entries", "channel versions"]));
  for (const seq of [said, keyed, edited]) await perform(a, epoch, { type: "message.delete", seq });
  await atRest(channel);
  await drained(channel);
  await isNowhere(canary);
  expect(JSON.stringify(await entriesOf(channel))).not.toContain(canary);
  // The row is there, and its channel fills it again.
  const phone = await attach(away);
  const rows = phone.frames.flatMap((frame) => (frame.type === "inbox" ? frame.rows : []));
  expect(rows.find((row) => row.channel === channel)?.preview?.text).toBe("an answer");
});

longTest("the attachments of a deleted message are in no table, as little as its text", async () => {
  const canary = newCanary();
  const { alice, channel, a, epoch } = await openAudience(newCanary());
  const attachments = [photo({ name: `${canary}.jpg`, alt: `${canary} at dawn` })];
  const { seq: alone } = await sayParts(a, epoch, { attachments });
  const { seq: edited } = await sayParts(a, epoch, { text: "with a text", attachments });
  await perform(a, epoch, { type: "message.edit", seq: edited, text: "edited" });
  const { seq: quoting } = await sayParts(a, epoch, { text: "an answer" }, { replyTo: alone });
  await atRest(channel);
  await drained(channel);
  expect(await placesWith(canary)).toEqual(["channel entries", "channel versions"]);
  expect(JSON.stringify(await entriesOf(channel))).toContain(canary);
  for (const seq of [alone, edited]) await perform(a, epoch, { type: "message.delete", seq });
  await atRest(channel);
  await drained(channel);
  await isNowhere(canary);
  expect(JSON.stringify(await entriesOf(channel))).not.toContain(canary);
  const path = `/v1/channels/${channel}/messages`;
  const { reply } = await call<Message>(`${path}/${quoting}`, { token: alice.token });
  expect(reply).toEqual({ seq: alone, author: alice.id, state: "deleted", preview: null });
});

longTest("the attachments of an erased account are in no table", async () => {
  const canary = newCanary();
  const { alice, channel, a, epoch } = await openAudience(newCanary());
  await sayParts(a, epoch, { attachments: [photo({ name: canary })] });
  await drained(channel);
  expect(await placesWith(canary)).toContain("channel entries");
  expect((await erase(alice)).status).toBe(204);
  await isNowhere(canary);
  await drained(channel);
  expect(JSON.stringify(await entriesOf(channel))).not.toContain(canary);
});

longTest("an earlier text is in no inbox row and no preview after an edit", async () => {
  const canary = newCanary();
  const { said, channel, a, epoch } = await openAudience(canary);
  await perform(a, epoch, { type: "message.edit", seq: said, text: "harmless" });
  await atRest(channel);
  // The author may read the earlier text as a version, and no other place holds it.
  await expect.poll(() => placesWith(canary), { timeout: 15_000, interval: 200 }).toEqual(["channel versions"]);
  await drained(channel);
  expect(JSON.stringify(await entriesOf(channel))).not.toContain(canary);
});

/** Returns the statements that undo a migration that only adds columns and indexes. */
function undoOf(step: string): string[] {
  return step
    .split(";")
    .map((statement) => statement.trim())
    .filter(Boolean)
    .reverse()
    .map((statement) => {
      const [, index] = /^CREATE INDEX (\w+)/.exec(statement) ?? [];
      if (index) return `DROP INDEX ${index}`;
      const [, table, column] = /^ALTER TABLE (\w+) ADD COLUMN (\w+)/.exec(statement) ?? [];
      if (!column) throw new Error(`cannot undo: ${statement}`);
      return `ALTER TABLE ${table} DROP COLUMN ${column}`;
    });
}

longTest("rows that an earlier version stored lose their previews", async () => {
  const canary = newCanary();
  const { away } = await openAudience(newCanary());
  const stub = env.USERS.getByName(away.id);
  const previewStep = migrations.findIndex((step) => step.includes("SET preview = NULL"));
  const undoLater = migrations.slice(previewStep + 1).flatMap(undoOf);
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec("UPDATE inbox SET preview = ?", JSON.stringify({ author: away.id, text: canary, at: 1 }));
    // The step that removes the previews is missing, and the later ones, which only add columns.
    for (const statement of undoLater) storage.sql.exec(statement);
    storage.sql.exec("UPDATE schema_version SET version = ?", previewStep);
  });
  await evictDurableObject(stub);
  expect(await placesWith(canary)).toEqual(["user inbox"]);
  await env.DIRECTORY.prepare("DELETE FROM backfills").run();
  for (let run = 0; run < 3; run++) await scheduled(env, 1);
  expect(await placesWith(canary)).toEqual([]);
});

longTest("an erased account is in no table, with its names, drafts, keys and messages", async () => {
  const canary = newCanary();
  const { alice, away, channel, a, epoch } = await openAudience(canary);
  const direct = await openDirect(alice, away);
  const d = await join(alice, direct);
  await say(d, await epochOf(d), `${canary} between us`);
  const left = await openGroup(away, [alice]);
  const l = await join(alice, left);
  await say(l, await epochOf(l), `${canary} said and left`);
  await removeMember(alice, left, alice);
  await call("/v1/me", { method: "PATCH", token: alice.token, body: { name: canary } });
  const draft = { method: "PUT", token: alice.token, body: { text: `${canary} unsaid` } };
  await request(`/v1/channels/${channel}/draft`, draft);
  await sendOverHttp(alice, channel, `${canary} over HTTP`, `key ${canary}`);
  // As an earlier version stored it.
  await runInDurableObject(env.CHANNELS.getByName(channel), (_, { storage }) => {
    storage.sql.exec("UPDATE keys SET key = ?", canary);
  });
  await say(a, epoch, `${canary} last`);
  await atRest(channel);
  expect(await placesWith(canary)).toEqual(
    expect.arrayContaining(["channel entries", "channel keys", "directory accounts", "user settings"]),
  );
  const { code } = await personInvite(alice);
  expect((await erase(alice)).status).toBe(204);
  for (const secret of [canary, code]) await isNowhere(secret);
  for (const each of [channel, direct, left]) {
    await drained(each);
    expect(JSON.stringify(await entriesOf(each))).not.toContain(canary);
  }
});

longTest("a deleted group is in no table and in no archive, and late requests do not bring it back", async () => {
  const canary = newCanary();
  const { alice, away, viewing, channel, a, epoch } = await openAudience(canary);
  const patch = { method: "PATCH", token: alice.token, body: { name: canary, topic: `${canary} topic` } };
  await call(`/v1/channels/${channel}`, patch);
  const draft = { method: "PUT", token: viewing.token, body: { text: `${canary} unsaid` } };
  await request(`/v1/channels/${channel}/draft`, draft);
  await say(a, epoch, `${canary} last`);
  await removeMember(alice, channel, away);
  await drained(channel);
  expect((await rawRows(channel)).flat().length).toBeGreaterThan(0);
  expect(await placesWith(canary)).toEqual(expect.arrayContaining(["channel log", "directory channels"]));
  const stub = env.CHANNELS.getByName(channel);
  const roster = {
    ...{
      channel,
      kind: "group" as const,
      name: canary,
      topic: "",
      history: "all" as const,
      revision: 99,
      epochNumber: 1,
    },
    ...{ createdAt: 1, createdBy: alice.id, endedSessions: [], causes: [] },
    members: [
      {
        ...{ user: alice.id, handle: alice.handle, role: "owner" as const, joinedAt: 1 },
        ...{ tokensFrom: 0, receipts: true, hidden: false },
      },
    ],
  } satisfies Roster;
  const removed = await request(`/v1/channels/${channel}`, { method: "DELETE", token: alice.token });
  expect(removed.status).toBe(204);
  await isNowhere(canary);
  expect(await tablesOf(channel)).toEqual(["erased"]);
  expect((await rawRows(channel)).flat()).toEqual([]);
  for (const table of ["erasures", "former_memberships", "memberships", "notify_channels", "requests"])
    expect(await rowsOf(`SELECT * FROM ${table} WHERE channel = ?`, channel), table).toEqual([]);
  // Late requests: a roster from before the deletion, a push job, the end of an erasure, the alarm.
  expect(await stub.applyRoster(roster)).toEqual({ ok: true, value: 99 });
  const job = { kind: "window", id: "late", channel, epoch, from: 1, to: 1 } as const;
  expect(await stub.claimNotifications(job)).toMatchObject({ ok: false, code: "not_found" });
  expect(await stub.erase(alice.id, 0)).toEqual({ ok: true, value: null });
  expect(await stub.wake(alice.id)).toMatchObject({ ok: false, code: "not_found" });
  await evictDurableObject(stub);
  expect(await stub.eraseChannel()).toEqual({ ok: true, value: true });
  expect(await tablesOf(channel)).toEqual(["erased"]);
});

longTest("the request that created a deleted group does not create it again", async () => {
  const alice = await register("alice");
  const body = { kind: "group", nonce: crypto.randomUUID(), name: newCanary(), members: [] };
  const sent = { method: "POST", token: alice.token, body };
  const { id } = await call<{ id: string }>("/v1/channels", sent);
  await request(`/v1/channels/${id}`, { method: "DELETE", token: alice.token });
  expect((await request("/v1/channels", sent)).status).toBe(404);
  await isNowhere(body.name);
});

longTest("a group that its last member leaves is deleted; the cron continues an erasure that failed", async () => {
  const canary = newCanary();
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openGroup(alice, [bob], { name: canary });
  const a = await join(alice, channel);
  await say(a, await epochOf(a), `${canary} text`);
  await drained(channel);
  await removeMember(alice, channel, alice);
  expect(await placesWith(canary)).toEqual(expect.arrayContaining(["channel entries", "directory channels"]));
  const erasing = await runInDurableObject(env.CHANNELS.getByName(channel), (instance) => {
    const broken = vi.spyOn(instance, "eraseChannel").mockRejectedValue(new Error("cannot be reached"));
    return broken;
  });
  await removeMember(bob, channel, bob);
  expect(await rowsOf("SELECT account, channel FROM erasures WHERE channel = ?", channel)).toEqual([
    { account: "", channel },
  ]);
  erasing.mockRestore();
  const runCron = async () => {
    await scheduled(env, Date.now() + 3_600_000);
    return tablesOf(channel);
  };
  await expect.poll(runCron).toEqual(["erased"]);
  await isNowhere(canary);
});

longTest("people who left before the directory recorded it are found, and old deleted groups are erased", async () => {
  const canary = newCanary();
  const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  const channel = await openGroup(alice, [bob, carol]);
  for (const person of [bob, carol]) {
    const device = await join(person, channel);
    await say(device, await epochOf(device), `${canary} of ${person.id}`);
    await removeMember(person, channel, person);
  }
  const orphan = await openGroup(bob, [], { name: canary });
  // As an earlier version left it.
  await env.DIRECTORY.batch([
    env.DIRECTORY.prepare("DELETE FROM former_memberships"),
    env.DIRECTORY.prepare("DELETE FROM memberships WHERE channel = ?").bind(orphan),
    env.DIRECTORY.prepare("UPDATE channels SET revision = revision + 1 WHERE id = ?").bind(orphan),
    env.DIRECTORY.prepare("DELETE FROM backfills"),
  ]);
  await erase(carol);
  expect(await placesWith(`${canary} of ${carol.id}`)).toContain("channel entries");
  for (let run = 0; run < 4; run++) await scheduled(env, Date.now() + 3_600_000 + 60_000 * run);
  expect(await rowsOf("SELECT user FROM former_memberships WHERE channel = ?", channel)).toEqual([{ user: bob.id }]);
  await isNowhere(`${canary} of ${carol.id}`);
  expect(await tablesOf(orphan)).toEqual(["erased"]);
  // Now the other one is erased with what they wrote.
  await erase(bob);
  await isNowhere(canary);
});
