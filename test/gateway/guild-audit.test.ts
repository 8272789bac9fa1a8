// The audit log of a guild: one entry for each change that was made, and none for one that was not.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { scheduled } from "../../src/gateway/scheduled";
import { type AuditEntry, type AuditLog, auditKind, type GuildView, limits } from "../../src/protocol";
import { rowsOf } from "../directory/support";
import { attempt, change, giveNewRole, openGuildChannel, openTeam, refusal, viewGuild } from "../support/guild";
import { type Person, register, request } from "../support/http";

let alice: Person;
let bob: Person;
let carol: Person;
let guild: GuildView;

beforeEach(async () => {
  ({ alice, bob, carol, guild } = await openTeam());
});

const logOf = async (query = "", by = alice): Promise<AuditEntry[]> =>
  (await change<AuditLog>(by, guild.id, "GET", `audit-log${query}`)).items;
const kindsOf = (entries: AuditEntry[]) => entries.map(({ kind }) => kind);

/** Makes a change of every kind, in the order of `auditKind`. */
async function changeEverything(): Promise<void> {
  const by = (method: string, path: string, body?: object) =>
    change<{ id: string }>(alice, guild.id, method, path, body);
  await by("PATCH", "", { name: "Another name" });
  await by("PUT", "deletion");
  await by("DELETE", "deletion");
  const dave = await register("dave");
  await by("PUT", `members/${dave.id}`);
  await by("DELETE", `members/${dave.id}?reason=spam`);
  await by("PUT", `bans/${dave.id}`, { reason: "spam again" });
  await by("DELETE", `bans/${dave.id}`);
  await by("PUT", `members/${bob.id}/time-out`, { forMs: 60_000, reason: "calm down" });
  await by("DELETE", `members/${bob.id}/time-out`);
  await by("POST", "purges", { user: bob.id, hours: 24, reason: "spam" });
  const first = await by("POST", "roles", { name: "First" });
  const second = await by("POST", "roles", { name: "Second" });
  await by("PATCH", `roles/${first.id}`, { name: "Renamed", permissions: ["pin"] });
  await by("PUT", "role-order", { roles: [first.id, second.id] });
  await by("PUT", `members/${bob.id}/roles/${first.id}`);
  await by("DELETE", `members/${bob.id}/roles/${first.id}`);
  await by("DELETE", `roles/${second.id}`);
  const category = await by("POST", "categories", { name: "Work" });
  await by("PATCH", `categories/${category.id}`, { name: "Play" });
  const channel = await openGuildChannel(alice, guild.id, { name: "help", category: category.id });
  await by("PATCH", `channels/${channel}`, { topic: "Ask here" });
  await by("PUT", `channels/${channel}/overrides/${first.id}`, { allow: ["pin"], deny: [] });
  await by("PUT", `channels/${channel}/overrides`);
  await by("PUT", `channels/${channel}/lock`);
  await by("DELETE", `channels/${channel}/lock`);
  await by("DELETE", `channels/${channel}`);
  await by("DELETE", `categories/${category.id}`);
  await by("PUT", "owner", { user: bob.id });
}

describe("[S211] the audit log", () => {
  test("has an entry of every kind of change, by who made it", async () => {
    await changeEverything();
    const entries = await logOf("?limit=100", bob);
    expect(new Set(kindsOf(entries))).toEqual(new Set(auditKind.options));
    expect(new Set(entries.map(({ actor }) => actor.id))).toEqual(new Set([alice.id]));
    const of = (kind: string) => entries.find((entry) => entry.kind === kind);
    expect(of("guild.changed")?.changes).toEqual([{ field: "name", before: guild.name, after: "Another name" }]);
    expect(of("member.removed")).toMatchObject({ reason: "spam", user: { name: "dave" } });
    expect(of("member.banned")).toMatchObject({ reason: "spam again" });
    expect(of("member.timed_out")).toMatchObject({ reason: "calm down", target: bob.id });
    expect(of("role.changed")?.changes).toEqual([
      { field: "name", before: "First", after: "Renamed" },
      { field: "permissions", before: [], after: ["pin"] },
    ]);
    expect(of("channel.changed")?.changes).toEqual([{ field: "topic", before: "", after: "Ask here" }]);
    expect(of("channel.deleted")?.changes).toContainEqual({ field: "name", before: "help", after: null });
    expect(of("override.changed")?.changes).toContainEqual({ field: "allow", before: [], after: ["pin"] });
    expect(of("guild.transferred")).toMatchObject({ target: bob.id, user: { id: bob.id } });
  });

  test("has nothing of what was refused, repeated, or done by oneself", async () => {
    const before = await logOf();
    expect(await refusal(bob, guild.id, "PATCH", "", { name: "mine" })).toBe("forbidden");
    await change(alice, guild.id, "PUT", `members/${bob.id}`);
    await change(carol, guild.id, "DELETE", `members/${carol.id}`);
    await change(alice, guild.id, "DELETE", "bans/u_nobody");
    expect(await logOf()).toEqual(before);
  });

  test("has each of many concurrent changes once, in the order of the revisions", async () => {
    const names = Array.from({ length: 6 }, (_, at) => `name ${at}`);
    const answers = await Promise.all(names.map((name) => attempt(alice, guild.id, "PATCH", "", { name })));
    const made = answers.filter(({ ok }) => ok).length;
    const entries = await logOf("?kind=guild.changed");
    expect(entries.length).toBe(made);
    for (const [at, { changes, revision }] of entries.entries()) {
      const earlier = entries[at + 1];
      if (!earlier) continue;
      expect(revision).toBeGreaterThan(earlier.revision);
      expect(changes[0]?.before).toBe(earlier.changes[0]?.after);
    }
    expect((await viewGuild(alice, guild.id)).name).toBe(entries[0]?.changes[0]?.after);
  });

  test("is read page by page, by person and by kind", async () => {
    await giveNewRole(alice, guild.id, ["manage_guild", "view_audit_log"], bob);
    await change(bob, guild.id, "PATCH", "", { name: "by bob" });
    await change(alice, guild.id, "PATCH", "", { name: "by alice" });
    expect(kindsOf(await logOf(`?actor=${bob.id}`, bob))).toEqual(["guild.changed"]);
    expect((await logOf("?kind=guild.changed")).length).toBe(2);
    const all = await logOf("?limit=100");
    const paged: AuditEntry[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: AuditLog = await change(alice, guild.id, "GET", `audit-log?limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.items);
      cursor = page.next;
    }
    expect(paged).toEqual(all);
    expect(await refusal(alice, guild.id, "GET", "audit-log?kind=fly")).toBe("invalid");
    expect(await refusal(carol, guild.id, "GET", "audit-log")).toBe("forbidden");
  });

  test("bounds what one entry holds", async () => {
    const name = "x".repeat(80);
    const deny = ["send", "thread", "react", "pin", "edit_own", "delete_own", "history"];
    await change(alice, guild.id, "PATCH", "", { description: "y".repeat(limits.guildDescriptionCodePoints), name });
    await change(alice, guild.id, "PUT", `channels/${guild.channels[0]?.id}/overrides/${bob.id}`, { allow: [], deny });
    await change(alice, guild.id, "PATCH", `channels/${guild.channels[0]?.id}`, { topic: "😀".repeat(1_024) });
    const rows = await rowsOf("SELECT changes FROM guild_audit WHERE guild = ?", guild.id);
    for (const { changes } of rows) expect(String(changes).length).toBeLessThanOrEqual(limits.auditChangeCharacters);
    expect(String(rows.at(-1)?.changes)).toContain("…");
  });
});

describe("the end of an entry", () => {
  const count = async () => (await rowsOf("SELECT * FROM guild_audit WHERE guild = ?", guild.id)).length;

  test("comes with its age, in the hourly run of the cron", async () => {
    await change(alice, guild.id, "PATCH", "", { name: "new" });
    const before = await count();
    const old = Date.now() - limits.auditKeptMs - 1;
    await env.DIRECTORY.prepare("UPDATE guild_audit SET at = ? WHERE guild = ? AND kind <> 'guild.changed'")
      .bind(old, guild.id)
      .run();
    expect(before).toBe(3);
    await scheduled(env, Math.ceil(Date.now() / 3_600_000) * 3_600_000);
    expect(await count()).toBe(1);
  });

  test("comes with the guild, and not with the account of who made the change", async () => {
    await giveNewRole(alice, guild.id, ["manage_guild"], bob);
    await change(bob, guild.id, "PATCH", "", { name: "by bob" });
    const taken = await (await request("/v1/me/export", { token: bob.token })).json();
    expect(taken).toMatchObject({ auditLog: [{ guild: guild.id, kind: "guild.changed" }] });
    const body = { password: "correct horse battery" };
    expect((await request("/v1/me", { method: "DELETE", token: bob.token, body })).status).toBe(204);
    const [entry] = await logOf("?kind=guild.changed");
    expect(entry?.actor).toEqual({ id: bob.id, handle: "", name: "" });
    await change(alice, guild.id, "PUT", "deletion");
    await env.DIRECTORY.prepare("UPDATE guilds SET delete_at = 1 WHERE id = ?").bind(guild.id).run();
    await scheduled(env, Date.now());
    expect(await count()).toBe(0);
  });
});
