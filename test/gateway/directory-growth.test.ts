// No request reads more rows of the directory when the deployment is larger, and none scans a
// table.
import { env } from "cloudflare:workers";
import { beforeAll, expect } from "vitest";
import { PASSWORD, play, samples, say, signIn, type World } from "../contract/samples";
import { call, openDirect, openGroup, type Person, putMember, register, removeMember } from "../support/http";
import { longTest } from "../support/long-test";
import { meterDirectory } from "../support/metered-directory";
import { groupInvite, invitesOf, use } from "./invites-support";

const OPERATOR = "the-operator-of-the-tests";
/** How many accounts, groups and sessions of other people the deployment has. */
const FEW = 50;
const MANY = 2_000;
/**
 * The most rows by which two runs of the same request may differ. Alarms of objects and the archive
 * of the messages read rows at the same time. A table that is read whole adds about 2,000.
 */
const NOISE = 500;

const meter = meterDirectory();

/**
 * Routes that read what the operator asks for. A page of all channels, and the number of all
 * devices, grow with the deployment by definition.
 */
const operatorRoutes = Object.keys(samples).filter((key) => key.includes("/operator/"));

/**
 * Servers of other people, each with a member, a role, a category, a channel and a pending change.
 */
const guildRows = [
  `guilds (id, identity, name, description, color, owner, revision, delete_at, created_at)
     SELECT 'g_x' || i, 'x' || i, 'X', '', 0, 'u_x' || i, 1, iif(i % 2, 9e15, NULL), i FROM n`,
  `guild_members (guild, user, joined_at, joined_in, added_by) SELECT 'g_x' || i, 'u_x' || i, i, 1, 'u_x' || i FROM n`,
  `guild_roles (guild, id, name, position, low, high, mentionable, grouped)
     SELECT 'g_x' || i, 'r_x' || i, 'X', 0, 0, 0, 0, 0 FROM n`,
  `guild_member_roles (guild, user, role) SELECT 'g_x' || i, 'u_x' || i, 'r_x' || i FROM n`,
  `guild_categories (guild, id, name, position) SELECT 'g_x' || i, 'k_x' || i, 'X', 0 FROM n`,
  `guild_channels (channel, guild, position, type) SELECT 'c_x' || i, 'g_x' || i, 0, 'text' FROM n`,
  `guild_overrides (guild, place, target, "of", allow_low, allow_high, deny_low, deny_high)
     SELECT 'g_x' || i, 'c_x' || i, 'r_x' || i, 'role', 0, 0, 0, 0 FROM n`,
  `guild_removals (guild, user, at) SELECT 'g_x' || i, 'u_x' || (i + 1), i FROM n`,
  `guild_audit (guild, revision, at, actor, kind, target, reason, changes)
     SELECT 'g_x' || i, 1, 9e12, 'u_x' || i, 'guild.changed', NULL, '', '[]' FROM n`,
  `guild_bans (guild, user, banned_by, reason, created_at) SELECT 'g_x' || i, 'u_x' || (i + 2), 'u_x' || i, '', i FROM n`,
  `guild_purges (guild, channel, author, actor, since, after, through, next_at)
     SELECT 'g_x' || i, 'c_x' || i, 'u_x' || i, 'u_x' || i, 0, 0, 1, 9e15 FROM n`,
  `guild_time_outs (guild, user, until) SELECT 'g_x' || i, 'u_x' || i, 9e15 FROM n`,
  `guild_outbox (guild, revision, mirrored, next_at) SELECT 'g_x' || i, 1, 1, 9e15 FROM n`,
];

/** Adds accounts, groups, servers, sessions, devices and pending changes of other people. */
async function grow(from: number, to: number): Promise<void> {
  const numbers = `WITH RECURSIVE n (i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${to})`;
  const rows = [
    `accounts (id, handle, name, password_hash, created_at) SELECT 'u_x' || i, 'x' || i, 'X', '', i FROM n`,
    `sessions (id, account, token_hash, agent, created_at, seen_at, expires_at)
       SELECT 's_x' || i, 'u_x' || i, 'x' || i, '', i, i, 9e15 FROM n`,
    `channels (id, kind, identity, name, revision, created_by, created_at)
       SELECT 'c_x' || i, 'group', 'x' || i, 'X', 1, 'u_x' || i, i FROM n`,
    `memberships (channel, user, role, joined_at) SELECT 'c_x' || i, 'u_x' || i, 'owner', i FROM n`,
    `former_memberships (user, channel) SELECT 'u_x' || (i + 1), 'c_x' || i FROM n`,
    `reserved_handles (handle, until) SELECT 'gone' || i, 9e15 FROM n`,
    `rate_limits (key, full_at) SELECT 'x' || i, 1 FROM n`,
    `notify_channels (user, channel, level, muted_until) SELECT 'u_x' || i, 'c_x' || i, 'all', 0 FROM n`,
    `push_subscriptions (id, user, session, address, target, name, origin, created_at)
       SELECT 'p_x' || i, 'u_x' || i, 's_x' || i, 'x' || i, '{}', '', '', i FROM n`,
    `dead_letters (id, at, attempts, detail) SELECT 'x' || i, i, 1, '' FROM n`,
    `erasures (account, channel, next_at) SELECT 'u_x' || i, 'c_x' || i, 9e15 FROM n`,
    `roster_outbox (object, revision, session, actor, subject, created_at, next_at)
       SELECT 'c_x' || i, 1, '', 'u_x' || i, '', 9e15, 9e15 FROM n`,
    `ended_sessions (account, object, tokens_from, next_at) SELECT 'u_x' || i, 'c_x' || i, 1, 9e15 FROM n`,
    `requests (user, channel, stranger, created_at) SELECT 'u_x' || i, 'c_x' || (i + 1), 'u_x' || (i + 2), 1 FROM n`,
    `invites (code, target_kind, target, created_by, created_at, uses)
       SELECT 'x' || i, 'group', 'c_x' || i, 'u_x' || i, i, 0 FROM n`,
    `declined_strangers (user, stranger, at) SELECT 'u_x' || i, 'u_x' || (i + 1), 1 FROM n`,
    `backfills (name, after) SELECT 'x ' || i, 'x' FROM n`,
    `blocks (blocker, blocked, at) SELECT 'u_x' || i, 'u_x' || (i + 1), i FROM n`,
    `operator_actions (at, kind, target, detail) SELECT i, 'account.suspended', 'u_x' || i, '' FROM n`,
    `reports (id, reporter, target, guild, user, category, text, created_at)
       SELECT 'x_x' || i, 'u_x' || i, 'u_x' || (i + 1), iif(i % 2, 'g_x' || i, ''), 'u_x' || (i + 1), 'spam', '', 9e12 FROM n`,
    `suspensions (account, at, reason) SELECT 'u_x' || i, i, '' FROM n`,
    `files (file, upload, account, channel, name, type, size, created_at, due_at)
       SELECT 'f_x' || i, 'l_x' || i, 'u_x' || i, 'c_x' || i, 'x', 'image/png', 1, i, 9e15 FROM n`,
    `file_references (file, ticket, channel, state) SELECT 'f_x' || i, 'x' || i, 'c_x' || i, 1 FROM n`,
    `file_usage (owner, bytes, day, day_bytes) SELECT 'u_x' || i, 1, 1, 1 FROM n`,
    ...guildRows,
  ];
  await env.DIRECTORY.batch(rows.map((into) => env.DIRECTORY.prepare(`${numbers} INSERT INTO ${into}`)));
}

interface Cast extends World {
  group: string;
  dave: Person;
}

async function newCast(): Promise<Cast> {
  const [alice, bob, carol, dave] = await Promise.all(["alice", "bob", "carol", "dave"].map(register));
  if (!alice || !bob || !carol || !dave) throw new Error("a person is missing");
  const channel = await openDirect(alice, bob);
  const group = await openGroup(alice, [bob]);
  return { alice, bob, carol, dave, channel, group, seq: await say({ alice, channel }) };
}

/** Changes of groups and accounts, which the samples of the direct channel do not make. */
const changes: Record<string, (cast: Cast) => Promise<unknown>> = {
  "create a group": ({ alice, bob, carol }) => openGroup(alice, [bob, carol]),
  "open a direct channel": ({ alice, carol }) => openDirect(alice, carol),
  "add a member": ({ alice, group, carol }) => putMember(alice, group, carol),
  "use an invite": async ({ alice, group }) => use((await groupInvite(alice, group)).code, await register("erin")),
  "list the invites of a group": ({ alice, group }) => invitesOf(alice, group),
  "change a role": ({ alice, group, bob }) => putMember(alice, group, bob, "admin"),
  "hand a group over": ({ alice, group, bob }) => putMember(alice, group, bob, "owner"),
  "rename a group": ({ bob, group }) =>
    call(`/v1/channels/${group}`, { method: "PATCH", token: bob.token, body: { name: "Others" } }),
  "remove a member": ({ bob, group, carol }) => removeMember(bob, group, carol),
  "leave a group": ({ alice, group }) => removeMember(alice, group, alice),
  "delete a group": ({ bob, group }) => call(`/v1/channels/${group}`, { method: "DELETE", token: bob.token }),
  "hide the receipts": ({ alice }) =>
    call("/v1/me", { method: "PATCH", token: alice.token, body: { receipts: false, presence: "invisible" } }),
  "sign out": async ({ bob }) => {
    const { token } = await signIn(bob);
    await call("/v1/sessions/current", { method: "DELETE", token });
  },
  "erase an account": ({ dave }) =>
    call("/v1/me", { method: "DELETE", token: dave.token, body: { password: PASSWORD } }),
};

/** Returns the rows that each route and each change reads. */
async function measure(): Promise<Map<string, number>> {
  const rows = new Map<string, number>();
  const counted = async (name: string, work: () => Promise<unknown>) => {
    meter.rowsRead = 0;
    const answer = await work();
    if (answer instanceof Response) {
      answer.webSocket?.accept();
      answer.webSocket?.close();
      expect(answer.status, name).toBeLessThan(500);
      if (!answer.webSocket) await answer.arrayBuffer();
    }
    rows.set(name, meter.rowsRead);
  };
  const cast = await newCast();
  for (const key of Object.keys(samples)) {
    if (key.includes("{seq}")) cast.seq = await say(cast);
    const token = operatorRoutes.includes(key) ? OPERATOR : cast.alice.token;
    await counted(key, () => play(key, cast, cast.alice, token));
  }
  for (const [name, change] of Object.entries(changes)) await counted(name, () => change(cast));
  return rows;
}

let few: Map<string, number>;
let many: Map<string, number>;

beforeAll(async () => {
  await grow(0, FEW);
  few = await measure();
  await grow(FEW, MANY);
  many = await measure();
}, 300_000);

longTest("no request of a person reads more rows in a larger deployment", () => {
  const grown = [...many]
    .filter(([key, rows]) => !operatorRoutes.includes(key) && rows > (few.get(key) ?? 0) + NOISE)
    .map(([key, rows]) => `${key}: ${few.get(key)} -> ${rows}`);
  expect(grown).toEqual([]);
  expect([...many.keys()]).toEqual([...Object.keys(samples), ...Object.keys(changes)]);
});

/** The statement that reads a whole table by design: the operator's number of devices. */
const countsDevices = /count\(\*\).*from "push_subscriptions"/i;
/** A page in the order of an index reads no more rows than it has. */
const isPage = (detail: string, query: string): boolean => /USING INDEX/.test(detail) && /limit \?$/i.test(query);

async function tablesOfDirectory(): Promise<Set<string>> {
  const tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'archive%'";
  const { results } = await env.DIRECTORY.prepare(tables).all<{ name: string }>();
  return new Set(results.map(({ name }) => name));
}

longTest("no statement of a request scans a table", async () => {
  const tables = await tablesOfDirectory();
  // The meter also collects the statements of the archive, which is another database.
  const tableOf = (query: string) => /(?:from|into|update)\s+"?(\w+)/i.exec(query)?.[1] ?? "";
  const statements = [...meter.statements].filter(
    ([query]) => tables.has(tableOf(query)) && !query.includes("RECURSIVE n"),
  );
  expect(statements.length).toBeGreaterThan(50);
  const found: string[] = [];
  for (const [query, values] of statements) {
    const explain = env.DIRECTORY.prepare(`EXPLAIN QUERY PLAN ${query}`).bind(...values);
    for (const { detail } of (await explain.all<{ detail: string }>()).results) {
      const isScan = tables.has(/^SCAN (\w+)/.exec(detail)?.[1] ?? "");
      if (isScan && !isPage(detail, query) && !countsDevices.test(query)) found.push(`${detail}: ${query}`);
    }
  }
  expect(found).toEqual([]);
});

// Last, because its statements scan every table.
longTest("every table of the directory has grown", async () => {
  const small: string[] = [];
  for (const table of await tablesOfDirectory()) {
    if (/^(_cf_|d1_|sqlite_)/.test(table)) continue;
    const { results } = await env.DIRECTORY.prepare(`SELECT count(*) AS rows FROM "${table}"`).all<{ rows: number }>();
    if ((results[0]?.rows ?? 0) < MANY) small.push(table);
  }
  expect(small).toEqual([]);
});
