// The members of a guild by their highest grouped role and their name, in pages, and searched.
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import type { GuildRole, GuildView, MemberCount } from "../../src/protocol";
import { addCrowd } from "../support/crowd";
import { change, giveNewRole, openGuild } from "../support/guild";
import { call, type Person, register, request } from "../support/http";

interface MemberPageAnswer {
  items: { user: { id: string; name: string }; roles: string[] }[];
  next: string | null;
  groups?: MemberCount[];
}

let [alice, bob, carol]: Person[] = [];
let guild: GuildView;
const known = (person: Person | undefined): Person => person ?? expect.fail("nobody");

beforeEach(async () => {
  [alice, bob, carol] = [await register("Alice"), await register("bob"), await register("carol")];
  guild = await openGuild(known(alice), [known(bob), known(carol)]);
});

const pageOf = (query: Record<string, string> = {}) =>
  call<MemberPageAnswer>(`/v1/guilds/${guild.id}/members?${new URLSearchParams({ order: "role", ...query })}`, {
    token: known(alice).token,
  });
const idsIn = ({ items }: MemberPageAnswer) => items.map(({ user }) => user.id);
/** Creates a role that is a group of its own. */
async function groupedRole(...members: Person[]): Promise<GuildRole> {
  const role = await giveNewRole(known(alice), guild.id, ["view"], ...members);
  await change(known(alice), guild.id, "PATCH", `roles/${role.id}`, { grouped: true });
  return role;
}

test("members of a grouped role come first, each group by name, and the first page counts the groups", async () => {
  const low = await groupedRole(known(carol));
  await giveNewRole(known(alice), guild.id, ["view"], known(alice));
  expect(idsIn(await pageOf())).toEqual([known(carol).id, known(alice).id, known(bob).id]);
  expect((await pageOf()).groups).toEqual([
    { role: low.id, count: 1 },
    { role: null, count: 2 },
  ]);
  await groupedRole(known(bob), known(carol));
  const page = await pageOf();
  expect(page.groups?.at(-1)).toEqual({ role: null, count: 1 });
  expect(page.groups?.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  expect(idsIn(page).at(-1)).toBe(known(alice).id);
});

test("pages follow each other without a gap or a repeat, also where names begin alike", async () => {
  await addCrowd(guild.id, 130);
  await env.DIRECTORY.prepare(
    "UPDATE accounts SET name = name || ' of the same long beginning ' || id WHERE id LIKE 'u_crowd%'",
  ).run();
  await groupedRole(known(bob));
  const found: string[] = [];
  let next: string | null = null;
  let pages = 0;
  do {
    const page: MemberPageAnswer = await pageOf({ limit: "50", ...(next !== null && { cursor: next }) });
    expect(page.groups === undefined).toBe(pages > 0);
    found.push(...idsIn(page));
    next = page.next;
    pages++;
  } while (next !== null);
  expect([pages, found.length, new Set(found).size, found[0]]).toEqual([3, 133, 133, known(bob).id]);
});

test("a search finds names and handles, and its cursor belongs to it", async () => {
  await addCrowd(guild.id, 60);
  const names = await pageOf({ q: "one of MANY", limit: "20" });
  expect(names.items.length).toBe(20);
  expect(names.groups).toEqual([{ role: null, count: 60 }]);
  expect(idsIn(await pageOf({ q: known(carol).handle.slice(0, -1) }))).toContain(known(carol).id);
  expect(await pageOf({ q: "nobody at all" })).toEqual({ items: [], groups: [], next: null });
  for (const wrong of ["%", "_", "'"]) expect((await pageOf({ q: wrong })).items).toEqual([]);
  const path = `/v1/guilds/${guild.id}/members?order=role&q=other&cursor=${encodeURIComponent(names.next ?? "")}`;
  expect((await request(path, { token: known(alice).token })).status).toBe(400);
  const outsider = await register("dave");
  expect((await request(`/v1/guilds/${guild.id}/members?order=role`, { token: outsider.token })).status).toBe(404);
});
