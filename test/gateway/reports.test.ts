// Reports of messages and people: to the moderators of a guild, or to the operator.
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { limits, type PostReport, type Report, type ReportReceipt } from "../../src/protocol";
import { rowsOf } from "../directory/support";
import { operator } from "../support/archive";
import { change, giveNewRole, openGuild, openGuildChannel } from "../support/guild";
import { call, openDirect, type Person, register, request } from "../support/http";
import { codeOf, send } from "./requests-support";

let alice: Person;
let bob: Person;
let mallory: Person;

beforeEach(async () => {
  [alice, bob, mallory] = [await register("alice"), await register("bob"), await register("mallory")];
});

type Body = Pick<PostReport, "target" | "category"> & Partial<PostReport>;
const post = ({ token }: Person, body: Body) => request("/v1/reports", { method: "POST", token, body });
const report = async (by: Person, body: Body): Promise<ReportReceipt> => {
  const response = await post(by, body);
  expect(response.status, await response.clone().text()).toBe(200);
  return await response.json();
};
const listOf = async (token: string, path: string, state = "open"): Promise<Report[]> =>
  (await call<{ items: Report[] }>(`${path}?state=${state}`, { token })).items;
const ofGuild = (by: Person, guild: string, state?: string) => listOf(by.token, `/v1/guilds/${guild}/reports`, state);
const ofOperator = (state?: string) => listOf(operator, "/v1/operator/reports", state);

const seqOf = async (response: Response) => (await response.json<{ seq: number }>()).seq;

test("[S220] a message of a guild is reported to its moderators, as the reporter saw it", async () => {
  const guild = await openGuild(alice, [bob, mallory]);
  const channel = guild.channels[0]?.id ?? "";
  const seq = await seqOf(await send(mallory, channel, "buy watches"));
  const at = `/v1/channels/${channel}/messages/${seq}`;
  const headers = { "idempotency-key": crypto.randomUUID() };
  await call(at, { method: "PATCH", token: mallory.token, body: { text: "good morning" }, headers });
  const target = { kind: "message", channel, seq, version: seq } as const;
  const { id, duplicate } = await report(bob, { target, category: "spam", text: "Again" });
  expect(duplicate).toBe(false);
  expect(await report(bob, { target, category: "hate" })).toEqual({ id, duplicate: true });
  const [found, ...others] = await ofGuild(alice, guild.id);
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    ...{ id, reporter: { id: bob.id }, user: { id: mallory.id }, channel, seq, category: "spam", text: "Again" },
    ...{ snapshot: { author: mallory.id, text: "buy watches", isCut: false, isDeleted: false }, resolvedAt: null },
  });
  await call(at, { method: "DELETE", token: mallory.token });
  expect((await ofGuild(alice, guild.id))[0]?.snapshot?.text).toBe("buy watches");
  expect(await ofOperator()).not.toContainEqual(expect.objectContaining({ id }));
  // Without `version`, the report has the message as it is.
  const { id: later } = await report(alice, { target: { kind: "message", channel, seq }, category: "spam" });
  const reports = await ofGuild(alice, guild.id);
  expect(reports.find((one) => one.id === later)?.snapshot).toMatchObject({ text: "", isDeleted: true });
});

test("[S220] a snapshot is bounded, and the rest of it is not kept", async () => {
  const channel = await openDirect(mallory, bob);
  const seq = await seqOf(await send(mallory, channel, "👍".repeat(limits.reportSnapshotCodePoints + 1)));
  const { id } = await report(bob, { target: { kind: "message", channel, seq }, category: "harassment" });
  const found = (await ofOperator()).find((one) => one.id === id);
  expect(found?.snapshot).toMatchObject({ isCut: true, text: "👍".repeat(limits.reportSnapshotCodePoints) });
});

test("[S220] nobody reports what they cannot see, or themselves", async () => {
  const channel = await openDirect(alice, mallory);
  const seq = await seqOf(await send(mallory, channel, "private"));
  const target = { kind: "message", channel, seq } as const;
  expect(await codeOf(await post(bob, { target, category: "spam" }))).toBe("not_found");
  expect(await codeOf(await post(mallory, { target, category: "spam" }))).toBe("invalid");
  const guild = await openGuild(alice);
  const person = { kind: "user", user: mallory.id, guild: guild.id } as const;
  expect(await codeOf(await post(bob, { target: person, category: "spam" }))).toBe("not_found");
  expect(await codeOf(await post(bob, { target: { kind: "user", user: "u_nobody" }, category: "spam" }))).toBe(
    "not_found",
  );
  const long = "x".repeat(limits.reportCodePoints + 1);
  const someone = { kind: "user", user: mallory.id } as const;
  expect(await codeOf(await post(bob, { target: someone, category: "spam", text: long }))).toBe("invalid");
});

test("[S221] a moderator resolves a report, and then it can be made again", async () => {
  const guild = await openGuild(alice, [bob, mallory]);
  const target = { kind: "user", user: mallory.id, guild: guild.id } as const;
  const { id } = await report(bob, { target, category: "harassment" });
  const resolve = (by: Person, report: string) =>
    request(`/v1/guilds/${guild.id}/reports/${report}`, {
      method: "PUT",
      token: by.token,
      body: { outcome: "actioned" },
    });
  expect(await codeOf(await resolve(bob, id))).toBe("forbidden");
  await giveNewRole(alice, guild.id, ["delete_any"], bob);
  expect((await resolve(bob, id)).status).toBe(204);
  expect((await resolve(bob, id)).status).toBe(204);
  expect(await ofGuild(alice, guild.id)).toEqual([]);
  expect(await ofGuild(alice, guild.id, "resolved")).toMatchObject([
    { id, outcome: "actioned", resolvedBy: { id: bob.id }, resolvedAt: expect.any(Number) },
  ]);
  const again = await report(bob, { target, category: "spam" });
  expect(again).toEqual({ id: expect.not.stringMatching(id), duplicate: false });
  expect((await ofGuild(alice, guild.id)).map((one) => one.id)).toEqual([again.id]);
  const other = await openGuild(alice);
  const foreign = `/v1/guilds/${other.id}/reports/${again.id}`;
  const body = { outcome: "dismissed" };
  expect((await request(foreign, { method: "PUT", token: alice.token, body })).status).toBe(404);
});

test("[S221] a moderator sees no report of a message in a channel that is hidden from them", async () => {
  const guild = await openGuild(alice, [bob, mallory]);
  await giveNewRole(alice, guild.id, ["delete_any"], bob);
  const channel = await openGuildChannel(alice, guild.id, { name: "council" });
  const seq = await seqOf(await send(mallory, channel, "a secret"));
  const { id } = await report(alice, { target: { kind: "message", channel, seq }, category: "other" });
  expect((await ofGuild(bob, guild.id)).map((one) => one.id)).toEqual([id]);
  const hide = { allow: [], deny: ["view"] };
  await change(alice, guild.id, "PUT", `channels/${channel}/overrides/${guild.everyone}`, hide);
  expect(await ofGuild(bob, guild.id)).toEqual([]);
  const path = `/v1/guilds/${guild.id}/reports/${id}`;
  expect((await request(path, { method: "PUT", token: bob.token, body: { outcome: "dismissed" } })).status).toBe(404);
  expect((await ofGuild(alice, guild.id)).map((one) => one.id)).toEqual([id]);
});

test("[S222] the operator resolves the reports of people and of direct channels", async () => {
  const { id } = await report(bob, { target: { kind: "user", user: mallory.id }, category: "illegal" });
  expect((await ofOperator()).find((one) => one.id === id)).toMatchObject({ user: { id: mallory.id }, snapshot: null });
  const path = `/v1/operator/reports/${id}`;
  const sent = { method: "PUT", token: operator, body: { outcome: "dismissed" } };
  expect((await request(path, sent)).status).toBe(204);
  expect((await request(path, sent)).status).toBe(204);
  expect((await request("/v1/operator/reports/x_nowhere", sent)).status).toBe(404);
  expect((await ofOperator("resolved")).find((one) => one.id === id)).toMatchObject({
    outcome: "dismissed",
    resolvedBy: null,
  });
  const entries = await rowsOf("SELECT kind, detail FROM operator_actions WHERE target = ?", id);
  expect(entries).toEqual([{ kind: "report.resolved", detail: "dismissed" }]);
  expect((await request("/v1/operator/reports", { token: alice.token })).status).toBe(404);
});

test("an erasure deletes the reports by a person and about them", async () => {
  const carol = await register("carol");
  await report(bob, { target: { kind: "user", user: mallory.id }, category: "spam" });
  await report(mallory, { target: { kind: "user", user: bob.id }, category: "spam" });
  await report(carol, { target: { kind: "user", user: bob.id }, category: "spam" });
  const body = { password: "correct horse battery" };
  expect((await request("/v1/me", { method: "DELETE", token: mallory.token, body })).status).toBe(204);
  expect(await rowsOf("SELECT reporter FROM reports WHERE user IN (?, ?)", bob.id, mallory.id)).toEqual([
    { reporter: carol.id },
  ]);
});

/** Adds reports with the largest content that the protocol allows. */
async function addLargest(reporter: Person, user: Person, count: number): Promise<void> {
  const text = "\u0001".repeat(limits.reportCodePoints);
  const start = "\u0001".repeat(limits.reportSnapshotCodePoints);
  const snapshot = JSON.stringify({ author: user.id, at: 1, text: start, isCut: true, isDeleted: false });
  await env.DIRECTORY.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO reports SELECT 'x_' || ?2 || i, ?2, i, '', ?3, 'c_1', 1, 'spam', ?4, ?5, 9e15, NULL, NULL, NULL FROM n`,
  )
    .bind(count, reporter.id, user.id, text, snapshot)
    .run();
}

test("a page of reports is bounded, and so are the reports of one person", async () => {
  await addLargest(bob, mallory, limits.reportsPerReporter);
  const page = await request("/v1/operator/reports?limit=100", { token: operator });
  const bytes = (await page.arrayBuffer()).byteLength;
  expect(bytes).toBeGreaterThan(1_000_000);
  expect(bytes).toBeLessThan(2 * 1024 * 1024);
  const target = { kind: "user", user: alice.id } as const;
  const refused = await post(bob, { target, category: "spam" });
  expect(refused.status).toBe(429);
  expect(await codeOf(refused)).toBe("rate_limited");
  await env.DIRECTORY.prepare("DELETE FROM reports WHERE reporter = ?").bind(bob.id).run();
  expect((await report(bob, { target, category: "spam" })).duplicate).toBe(false);
});
