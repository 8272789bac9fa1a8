// The cursors of all lists [S60]. A cursor is valid in the list that answered it, and nowhere else.
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { openDirectory } from "../../src/directory/database";
import { putDeadLetter } from "../../src/directory/dead-letters";
import { registerStrangers, send } from "../gateway/requests-support";
import { drained, operator } from "../support/archive";
import { change, openGuild } from "../support/guild";
import { call, openDirect, openGroup, type Person, register, type Sent } from "../support/http";
import { refused } from "./problem";
import { say, signIn } from "./samples";

interface List extends Sent {
  /** The route, as the document of the API names it. */
  route: string;
  path: string;
  token: string;
  /** The body of a search without its cursor. */
  body?: object;
}

interface ListPage {
  items: unknown[];
  next: string | null;
}

/** Asks for a page of one item. */
function pageOf({ path, body, ...sent }: List, cursor: string | null, limit = 1): [string, Sent] {
  if (body) return [path, { ...sent, body: { ...body, limit, ...(cursor !== null && { cursor }) } }];
  const query = new URLSearchParams({ limit: String(limit), ...(cursor !== null && { cursor }) });
  return [`${path}${path.includes("?") ? "&" : "?"}${query}`, sent];
}

const lists: List[] = [];
/** The lists that are always complete: no cursor belongs to them. */
const whole: List[] = [];
const cursors = new Map<List, string>();

async function searchable({ token }: Person, channel: string): Promise<void> {
  await drained(channel);
  await expect
    .poll(async () => (await call<ListPage>("/v1/search?q=walnut", { token })).items.length)
    .toBeGreaterThan(1);
}

// A test and no hook, because it polls. The tests below use its lists.
test("every list has a second page", { timeout: 120_000 }, async () => {
  const { alice, bob, carol } = await registerStrangers();
  const dave = await register("dave");
  for (const person of [alice, dave]) for (let i = 0; i < 2; i++) await signIn(person);
  const [channel, group] = [await openDirect(alice, dave), await openGroup(alice, [dave])];
  for (const stranger of [alice, carol]) await send(stranger, await openDirect(stranger, bob), "hello");
  const seqs: number[] = [];
  for (const id of [channel, channel, group, group]) seqs.push(await say({ alice, channel: id }, "walnut"));
  const [first = 0, second = 0, third = 0, fourth = 0] = seqs;
  const places = [
    [channel, first],
    [channel, second],
    [group, third],
    [group, fourth],
  ] as const;
  for (const [id, seq] of places) {
    const at = `/v1/channels/${id}/messages/${seq}`;
    await call(`${at}/pin`, { method: "PUT", token: alice.token });
    for (const text of ["walnut, once", "walnut, twice"]) {
      const headers = { "idempotency-key": `${text} ${at}` };
      await call(at, { method: "PATCH", token: alice.token, body: { text }, headers });
    }
  }
  await searchable(alice, channel);
  await searchable(alice, group);
  for (const id of ["1", "2"]) {
    const letter = { id: `${id}.${alice.id}`, at: Number(id), attempts: 1, detail: "gone" };
    await putDeadLetter(openDirectory(env.DIRECTORY), { ...letter, channel });
  }
  const { token } = alice;
  const guild = await openGuild(alice, [], { template: "team" });
  const guildPath = `/v1/guilds/${guild.id}`;
  const ofChannel = `channels/${guild.channels[0]?.id}/overrides`;
  const ofCategory = `categories/${guild.categories[0]?.id}/overrides`;
  const search = { route: "POST /v1/search", path: "/v1/search", method: "POST", token };
  // Two bans are two entries of the audit log too.
  for (const user of [bob, carol]) await change(alice, guild.id, "PUT", `bans/${user.id}`, {});
  for (const user of [bob, carol]) {
    await call(`/v1/me/blocks/${user.id}`, { method: "PUT", token });
    const body = { target: { kind: "user", user: user.id, guild: guild.id }, category: "spam" };
    await call("/v1/reports", { method: "POST", token, body });
    await call("/v1/reports", { method: "POST", token, body: { ...body, target: { kind: "user", user: user.id } } });
    const suspended = await register("suspended");
    const put = { method: "PUT", token: operator, body: {} };
    await call(`/v1/operator/suspensions/${suspended.id}`, put);
  }
  lists.push(
    { route: "GET /v1/me/blocks", path: "/v1/me/blocks", token },
    { route: "GET /v1/guilds/{guild}/reports", path: `${guildPath}/reports`, token },
    { route: "GET /v1/guilds/{guild}/bans", path: `${guildPath}/bans`, token },
    { route: "GET /v1/guilds/{guild}/audit-log", path: `${guildPath}/audit-log`, token },
    { route: "GET /v1/sessions", path: "/v1/sessions", token },
    { route: "GET /v1/sessions", path: "/v1/sessions", token: dave.token },
    { route: "GET /v1/channels", path: "/v1/channels", token },
    { route: "GET /v1/requests", path: "/v1/requests", token: bob.token },
    { route: "GET /v1/channels/{channel}/pins", path: `/v1/channels/${channel}/pins`, token },
    { route: "GET /v1/channels/{channel}/pins", path: `/v1/channels/${group}/pins`, token },
    ...places.map(([id, seq]) => {
      const route = "GET /v1/channels/{channel}/messages/{seq}/versions";
      return { route, path: `/v1/channels/${id}/messages/${seq}/versions`, token };
    }),
    { route: "GET /v1/search", path: "/v1/search?q=walnut", token },
    { ...search, body: { q: "walnut", order: "relevance" } },
    { ...search, body: { q: `walnut in:${group}` } },
    { ...search, body: { q: "walnut", channel } },
    { ...search, body: { q: "twice" } },
    { route: "GET /v1/operator/channels", path: "/v1/operator/channels", token: operator },
    { route: "GET /v1/operator/push", path: "/v1/operator/push", token: operator },
    { route: "GET /v1/operator/reports", path: "/v1/operator/reports", token: operator },
    { route: "GET /v1/operator/suspensions", path: "/v1/operator/suspensions", token: operator },
    { route: "GET /v1/operator/log", path: "/v1/operator/log", token: operator },
  );
  whole.push(
    { route: "GET /v1/users", path: `/v1/users?handle=${alice.handle}`, token },
    { route: "GET /v1/push/subscriptions", path: "/v1/push/subscriptions", token },
    { route: "GET /v1/me/invites", path: "/v1/me/invites", token },
    { route: "GET /v1/channels/{channel}/invites", path: `/v1/channels/${group}/invites`, token },
    { route: "GET /v1/guilds/{guild}/invites", path: `${guildPath}/invites`, token },
    { route: "GET /v1/guilds", path: "/v1/guilds", token },
    { route: "GET /v1/guilds/{guild}/members", path: `${guildPath}/members`, token },
    { route: "GET /v1/guilds/{guild}/channels/{channel}/overrides", path: `${guildPath}/${ofChannel}`, token },
    { route: "GET /v1/guilds/{guild}/categories/{category}/overrides", path: `${guildPath}/${ofCategory}`, token },
  );
  for (const list of lists) {
    const { next } = await call<ListPage>(...pageOf(list, null));
    cursors.set(list, next ?? expect.fail(`${list.path} ${JSON.stringify(list.body)} has one page`));
  }
});

test("every list with a cursor is tried", async () => {
  interface Operation {
    parameters?: { name: string; in: string }[];
  }
  const { paths } = await call<{ paths: Record<string, Record<string, Operation>> }>("/openapi.json");
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { parameters = [] }]) =>
        parameters.some(({ name, in: place }) => name === "cursor" && place === "query"),
      )
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
  const tried = new Set([...lists, ...whole].map(({ route }) => route));
  expect([...tried].sort()).toEqual([...routes, "POST /v1/search"].sort());
});

test("a cursor leads on in its own list, with another limit too", async () => {
  for (const [list, cursor] of cursors)
    for (const limit of [1, 7]) {
      const page = await call<ListPage>(...pageOf(list, cursor, limit));
      expect(page.items.length, list.path).toBeGreaterThan(0);
    }
});

test("a cursor of any other list is invalid", async () => {
  for (const list of [...lists, ...whole])
    for (const [other, cursor] of cursors) {
      if (other === list) continue;
      const answer = await refused(...pageOf(list, cursor));
      expect(answer, `${list.path} with the cursor of ${other.path}`).toMatchObject({ code: "invalid" });
    }
}, 120_000);

test("a cursor that was cut or changed is invalid", async () => {
  for (const [list, cursor] of cursors) {
    const middle = Math.floor(cursor.length / 2);
    const another = (at: number) => (cursor[at] === "1" ? "2" : "1");
    const changed = [0, 1, middle, cursor.length - 1].map(
      (at) => cursor.slice(0, at) + another(at) + cursor.slice(at + 1),
    );
    const cut = ["", cursor.slice(1), cursor.slice(0, middle), cursor.slice(0, -1), cursor.split(".")[0] ?? ""];
    const damaged = [
      ...changed,
      ...cut,
      `${cursor}x`,
      `${cursor}.${cursor}`.slice(0, 200),
      cursor.toUpperCase(),
      ` ${cursor}`,
    ];
    for (const odd of damaged) {
      if (odd === cursor) continue;
      expect(await refused(...pageOf(list, odd)), `${list.path}: ${odd}`).toMatchObject({ code: "invalid" });
    }
  }
}, 120_000);

test("a search that finds nothing refuses the cursor of another list too", async () => {
  const [list] = lists;
  const cursor = (list && cursors.get(list)) ?? expect.fail("no cursor");
  for (const q of ["", "in:nowhere", "from:nobody-at-all"]) {
    const sent = { method: "POST", token: list?.token ?? "", body: { q, cursor } };
    expect(await refused("/v1/search", sent)).toMatchObject({ code: "invalid" });
  }
});
