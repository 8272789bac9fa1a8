// Groups over HTTP: how they are created, and who may change what.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { type ChannelInfo, errors, limits, type Role } from "../../src/protocol";
import { call, openDirect, openGroup, type Person, putMember, register, removeMember, request } from "../support/http";
import { fixtureSize } from "../support/runs";

let alice: Person;
let people: Record<"owner" | "admin" | "admin2" | "member" | "member2" | "stranger", Person>;

beforeAll(async () => {
  alice = await register("alice");
  const [owner, admin, admin2, member, member2, stranger] = await Promise.all(
    ["owner", "admin", "admin2", "member", "member2", "stranger"].map(register),
  );
  if (!owner || !admin || !admin2 || !member || !member2 || !stranger) throw new Error("a member is missing");
  people = { owner, admin, admin2, member, member2, stranger };
});

const show = ({ token }: Person, channel: string) => call<ChannelInfo>(`/v1/channels/${channel}`, { token });
const rolesOf = ({ members }: ChannelInfo): Record<string, Role> =>
  Object.fromEntries(members.map(({ user, role }) => [user.id, role]));
const patch = (by: Person, channel: string, body: object) =>
  request(`/v1/channels/${channel}`, { method: "PATCH", token: by.token, body });
const erase = (by: Person, channel: string) =>
  request(`/v1/channels/${channel}`, { method: "DELETE", token: by.token });

describe("[S76] a group", () => {
  test("is created with all its members and owned by its creator", async () => {
    const { owner, member } = people;
    const body = {
      kind: "group",
      nonce: crypto.randomUUID(),
      name: " The  club ",
      topic: "of us",
      members: [member.id],
    };
    const made = await call<ChannelInfo>("/v1/channels", { method: "POST", token: owner.token, body });
    expect(made).toMatchObject({
      kind: "group",
      name: "The club",
      topic: "of us",
      history: "all",
      createdBy: owner.id,
    });
    expect(rolesOf(made)).toEqual({ [owner.id]: "owner", [member.id]: "member" });
    expect(await show(member, made.id)).toEqual(made);
  });

  test("is created once for a nonce, also by concurrent requests, and separately for another creator", async () => {
    const { owner, member } = people;
    const nonce = crypto.randomUUID();
    const made = await Promise.all(Array.from({ length: 10 }, () => openGroup(owner, [member], { nonce })));
    expect(new Set(made).size).toBe(1);
    expect(await openGroup(member, [owner], { nonce })).not.toBe(made[0]);
  });

  test("has each member once, including its creator, and no user who does not exist", async () => {
    const { owner, member } = people;
    const nobody = { ...member, id: "u_nobody" };
    const group = await openGroup(owner, [member, owner, member]);
    expect(Object.keys(rolesOf(await show(owner, group)))).toHaveLength(2);
    const body = { kind: "group", nonce: crypto.randomUUID(), name: "Ghosts", members: [nobody.id] };
    const made = await request("/v1/channels", { method: "POST", token: owner.token, body });
    if (made.ok) expect(rolesOf(await made.json())).toEqual({ [owner.id]: "owner" });
    expect((await putMember(owner, group, nobody)).status).toBe(404);
  });
});

type Who = "owner" | "admin" | "member" | "stranger";
type Deed = (by: Person, channel: string) => Promise<Response>;

const changes: [string, Deed, Record<Who, number>][] = [
  [
    "add a member",
    (by, channel) => putMember(by, channel, alice),
    { owner: 204, admin: 204, member: 204, stranger: 404 },
  ],
  [
    "add an admin",
    (by, channel) => putMember(by, channel, alice, "admin"),
    { owner: 204, admin: 403, member: 403, stranger: 404 },
  ],
  [
    "add an owner",
    (by, channel) => putMember(by, channel, alice, "owner"),
    { owner: 403, admin: 403, member: 403, stranger: 404 },
  ],
  [
    "make a member an admin",
    (by, channel) => putMember(by, channel, people.member2, "admin"),
    { owner: 204, admin: 403, member: 403, stranger: 404 },
  ],
  [
    "make an admin a member",
    (by, channel) => putMember(by, channel, people.admin2),
    { owner: 204, admin: 403, member: 403, stranger: 404 },
  ],
  [
    "transfer the group",
    (by, channel) => putMember(by, channel, people.admin2, "owner"),
    { owner: 204, admin: 403, member: 403, stranger: 404 },
  ],
  [
    "take the owner's role",
    (by, channel) => putMember(by, channel, people.owner),
    { owner: 403, admin: 403, member: 403, stranger: 404 },
  ],
  [
    "remove a member",
    (by, channel) => removeMember(by, channel, people.member2),
    { owner: 204, admin: 204, member: 403, stranger: 404 },
  ],
  [
    "remove an admin",
    (by, channel) => removeMember(by, channel, people.admin2),
    { owner: 204, admin: 403, member: 403, stranger: 404 },
  ],
  ["leave", (by, channel) => removeMember(by, channel, by), { owner: 204, admin: 204, member: 204, stranger: 404 }],
  [
    "change the name and topic",
    (by, channel) => patch(by, channel, { name: "Another", topic: "matter" }),
    { owner: 200, admin: 200, member: 403, stranger: 404 },
  ],
  ["delete the group", erase, { owner: 204, admin: 403, member: 403, stranger: 404 }],
];

describe("[S78] permission to", () => {
  const open = async () => {
    const { owner, admin, admin2, member, member2 } = people;
    const channel = await openGroup(owner, [admin, admin2, member, member2]);
    for (const who of [admin, admin2]) await putMember(owner, channel, who, "admin");
    return channel;
  };

  test.each(changes)("%s", { timeout: 30_000 }, async (_, change, table) => {
    for (const who of ["owner", "admin", "member", "stranger"] as const) {
      const channel = await open();
      const before = await show(people.admin2, channel);
      const response = await change(people[who], channel);
      expect(response.status, who).toBe(table[who]);
      if (response.status === 403) expect(await response.json()).toMatchObject({ code: "forbidden" });
      if (response.status > 299) expect(await show(people.admin2, channel)).toEqual(before);
    }
  });

  test("add a member leaves the role of everyone who is one already, by a request without a role", async () => {
    const { owner, admin, member, stranger } = people;
    const group = await openGroup(owner, [admin, member]);
    expect((await putMember(owner, group, admin, "admin")).status).toBe(204);
    const before = rolesOf(await show(owner, group));
    for (const by of [owner, admin, member])
      for (const { id } of [owner, admin, member])
        for (const body of [{}, { unknown: 1 }]) {
          const sent = { method: "PUT", token: by.token, body };
          expect((await request(`/v1/channels/${group}/members/${id}`, sent)).status).toBe(204);
        }
    expect(rolesOf(await show(owner, group))).toEqual(before);
    const added = { method: "PUT", token: member.token, body: {} };
    expect((await request(`/v1/channels/${group}/members/${stranger.id}`, added)).status).toBe(204);
    expect(rolesOf(await show(owner, group))).toEqual({ ...before, [stranger.id]: "member" });
  });

  test("remove an owner has nobody", async () => {
    const channel = await open();
    for (const by of [people.admin, people.member])
      expect((await removeMember(by, channel, people.owner)).status).toBe(403);
  });

  test("change a direct channel has nobody", async () => {
    const { owner, member } = people;
    const channel = await openDirect(owner, member);
    const refusals = [
      putMember(owner, channel, alice),
      removeMember(owner, channel, member),
      removeMember(owner, channel, owner),
      patch(owner, channel, { name: "Us" }),
      erase(owner, channel),
    ];
    for (const response of await Promise.all(refusals)) {
      expect(response.status).toBe(errors.channel_is_direct.status);
      expect(await response.json()).toMatchObject({ code: "channel_is_direct" });
    }
  });
});

describe("[S79] the owner", () => {
  test("who transfers the group becomes an admin, and there is one owner", async () => {
    const { owner, member, member2 } = people;
    const channel = await openGroup(owner, [member, member2]);
    await putMember(owner, channel, member, "owner");
    expect(rolesOf(await show(member, channel))).toEqual({
      [owner.id]: "admin",
      [member.id]: "owner",
      [member2.id]: "member",
    });
    expect((await putMember(owner, channel, member2, "admin")).status).toBe(403);
  });

  test("who leaves is succeeded by the first admin, or the first member, and the last one by nobody", async () => {
    const { owner, admin, member, member2 } = people;
    const channel = await openGroup(owner, []);
    for (const who of [member, admin, member2]) {
      const { members } = await show(owner, channel);
      await expect.poll(() => Date.now()).toBeGreaterThan(Math.max(...members.map(({ joinedAt }) => joinedAt)));
      await putMember(owner, channel, who);
    }
    await putMember(owner, channel, admin, "admin");
    await removeMember(owner, channel, owner);
    expect(rolesOf(await show(admin, channel))).toMatchObject({ [admin.id]: "owner", [member.id]: "member" });
    await removeMember(admin, channel, admin);
    expect(rolesOf(await show(member, channel))).toEqual({ [member.id]: "owner", [member2.id]: "member" });
    await removeMember(member, channel, member);
    expect(rolesOf(await show(member2, channel))).toEqual({ [member2.id]: "owner" });
    expect((await removeMember(member2, channel, member2)).status).toBe(204);
    expect((await request(`/v1/channels/${channel}`, { token: member2.token })).status).toBe(404);
  });
});

/** How many people are added at once. Half of them find a place. */
const CROWD = fixtureSize(60, 200);

test(`[S77] of ${CROWD} concurrent additions exactly half succeed`, { timeout: 120_000 }, async () => {
  const { owner } = people;
  const crowd = await Promise.all(Array.from({ length: CROWD }, (_, i) => register(`crowd${i}`)));
  const channel = await openGroup(owner, []);
  const places = Math.min(CROWD / 2, limits.groupMembers - 1);
  const fillers = limits.groupMembers - 1 - places;
  const numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n LIMIT ?1";
  await env.DIRECTORY.batch([
    env.DIRECTORY.prepare(
      `INSERT INTO accounts (id, handle, name, password_hash, created_at)
         SELECT 'u_filler' || i, 'filler-' || i, 'Filler', '', i FROM (${numbers})`,
    ).bind(fillers),
    env.DIRECTORY.prepare(
      `INSERT INTO memberships (channel, user, role, joined_at)
         SELECT ?2, 'u_filler' || i, 'member', i FROM (${numbers})`,
    ).bind(fillers, channel),
  ]);
  const answers = await Promise.all(crowd.map((who) => putMember(owner, channel, who)));
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({ 204: places, 409: CROWD - places });
  const { members } = await show(owner, channel);
  expect(members).toHaveLength(limits.groupMembers);
  const refused = answers.find(({ status }) => status === 409);
  expect(await refused?.json()).toMatchObject({ code: "group_full" });
});
