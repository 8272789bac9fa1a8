// Requests of strangers over HTTP: who is asked, and what the answers do. `pending-people.test.ts`
// has what a person who was asked does not get, and how a request ends.
import { beforeEach, describe, expect, test } from "vitest";
import { loadRoster } from "../../src/directory/roster-outbox";
import { limits } from "../../src/protocol";
import { db, rowsOf } from "../directory/support";
import { openDirect, openGroup, type Person, putMember, request } from "../support/http";
import { fixtureSize } from "../support/runs";
import { attach, isLiveInbox } from "../support/socket";
import {
  accept,
  codeOf,
  decline,
  listed,
  membersOf,
  pendingOf,
  postDirect,
  registerShy,
  registerStrangers,
  requestsOf,
  send,
  setOpenTo,
  show,
} from "./requests-support";
import { makeGroups } from "./revocation-support";

/** More groups than the most requests of one stranger to one person. */
const GROUPS = fixtureSize(24, 64);

let alice: Person;
let bob: Person;
let carol: Person;

beforeEach(async () => {
  ({ alice, bob, carol } = await registerStrangers());
});

describe("[S142] a stranger", () => {
  test("who adds a person to a group asks them, and the person is no member", async () => {
    const group = await openGroup(alice, [carol], { name: "Climbers" });
    expect((await putMember(alice, group, bob)).status).toBe(204);
    expect(await membersOf(alice, group)).toEqual([alice.id, carol.id]);
    expect(await pendingOf(carol, group)).toEqual([bob.id]);
    expect(await requestsOf(bob)).toEqual([
      {
        channel: group,
        kind: "group",
        name: "Climbers",
        from: { id: alice.id, handle: alice.handle, name: "alice" },
        createdAt: expect.any(Number),
        members: 2,
        preview: null,
      },
    ]);
    expect(await listed(bob)).toEqual([]);
    expect((await request(`/v1/channels/${group}`, { token: bob.token })).status).toBe(404);
    expect((await request(`/v1/channels/${group}/messages`, { token: bob.token })).status).toBe(404);
  });

  test("who creates a group with a person asks them, and the others enter", async () => {
    const group = await openGroup(alice, [bob, carol]);
    expect(await membersOf(alice, group)).toEqual([alice.id, carol.id].sort());
    expect((await requestsOf(bob)).map(({ channel }) => channel)).toEqual([group]);
  });

  test(`adds a person to ${GROUPS} groups, and the person is in none of them`, { timeout: 60_000 }, async () => {
    const devices = [await attach(bob)];
    const groups = await makeGroups(alice, GROUPS);
    const statuses = await Promise.all(groups.map(async (group) => (await putMember(alice, group, bob)).status));
    expect(statuses.filter((status) => status === 204)).toHaveLength(limits.requestsPerPair);
    expect(await listed(bob)).toEqual([]);
    expect(await rowsOf("SELECT channel FROM memberships WHERE user = ?", bob.id)).toEqual([]);
    const rosters = await Promise.all(groups.map((group) => loadRoster(db, group)));
    expect(rosters.flatMap((roster) => roster?.members.map(({ user }) => user))).not.toContain(bob.id);
    expect(devices[0]?.frames.filter(isLiveInbox).flatMap(({ rows }) => rows)).toEqual([]);
    // The sign-out has only the user object to reach.
    expect((await request("/v1/sessions/current", { method: "DELETE", token: bob.token })).status).toBe(204);
    expect(await devices[0]?.untilClosed()).toBeTruthy();
    expect(await rowsOf("SELECT object FROM roster_outbox WHERE subject = ?", bob.id)).toEqual([]);
  });

  test("has a bounded number of requests to one person", { timeout: 60_000 }, async () => {
    for (let i = 0; i < limits.requestsPerPair; i++) await openGroup(alice, [bob]);
    const further = await openGroup(alice, []);
    expect(await codeOf(await putMember(alice, further, bob))).toBe("too_many_pending");
    expect(await codeOf(await postDirect(alice, bob))).toBe("too_many_pending");
    // A person who is left out of a new group does not fail its creation.
    expect(await pendingOf(alice, await openGroup(alice, [bob]))).toEqual([]);
    expect(await requestsOf(bob)).toHaveLength(limits.requestsPerPair);
    expect((await postDirect(carol, bob)).status).toBe(200);
  });

  test("shares no accepted channel, so a common group of which one is pending does not count", async () => {
    const group = await openGroup(carol, [alice]);
    await putMember(carol, group, bob);
    await openDirect(alice, bob);
    expect((await requestsOf(bob)).map(({ kind }) => kind)).toEqual(["direct", "group"]);
    expect((await accept(bob, group)).status).toBe(200);
    const other = await openGroup(alice, [bob]);
    expect(await membersOf(bob, other)).toContain(bob.id);
  });
});

describe("[S143] the setting", () => {
  test("everyone lets strangers in, shared only people of a common channel, nobody asks all", async () => {
    await setOpenTo(bob, "everyone");
    expect(await membersOf(alice, await openGroup(alice, [bob]))).toContain(bob.id);
    await setOpenTo(bob, "shared");
    expect(await membersOf(alice, await openGroup(alice, [bob]))).toContain(bob.id);
    await setOpenTo(bob, "nobody");
    expect(await membersOf(alice, await openGroup(alice, [bob]))).not.toContain(bob.id);
    expect(await requestsOf(bob)).toHaveLength(1);
  });

  test("is part of me, and null restores the deployment's default", async () => {
    expect(await setOpenTo(bob, "nobody")).toMatchObject({ openTo: "nobody" });
    const me = await request("/v1/me", { token: bob.token });
    expect(await me.json()).toMatchObject({ openTo: "nobody" });
    // The tests run with OPEN_TO=everyone.
    expect(await setOpenTo(bob, null)).toMatchObject({ openTo: "everyone" });
  });

  test("does not concern my own notes", async () => {
    await setOpenTo(bob, "nobody");
    const notes = await openDirect(bob, bob);
    expect(await membersOf(bob, notes)).toEqual([bob.id]);
    expect((await show(bob, notes)).pending).toBeUndefined();
  });
});

describe("[S144] a first direct message", () => {
  test("waits in a channel that only its author is in, and shows in the request", async () => {
    const channel = await openDirect(alice, bob);
    expect(await membersOf(alice, channel)).toEqual([alice.id]);
    expect(await pendingOf(alice, channel)).toEqual([bob.id]);
    expect((await requestsOf(bob))[0]).toMatchObject({ kind: "direct", name: "", preview: null });
    expect((await send(alice, channel, "hello")).status).toBe(200);
    expect((await requestsOf(bob))[0]).toMatchObject({ channel, preview: { author: alice.id, text: "hello" } });
    expect((await send(bob, channel, "no")).status).toBe(404);
  });

  test("is the first unread message after the person accepted", async () => {
    const device = await attach(bob);
    const channel = await openDirect(alice, bob);
    await send(alice, channel, "hello");
    expect((await accept(bob, channel)).status).toBe(200);
    expect(await requestsOf(bob)).toEqual([]);
    expect((await membersOf(alice, channel)).sort()).toEqual([alice.id, bob.id].sort());
    expect((await show(alice, channel)).pending).toBeUndefined();
    const row = await device.until(isRowOf(channel));
    expect(row.rows[0]).toMatchObject({ channel, unread: 1, preview: { text: "hello" } });
    expect((await send(bob, channel, "hi")).status).toBe(200);
  });

  test("tells the devices of its author that the person accepted", async () => {
    const device = await attach(alice);
    const channel = await openDirect(alice, bob);
    await accept(bob, channel);
    await device.until(isRowOf(channel));
  });

  test("is accepted when the other person opens the channel too", async () => {
    await setOpenTo(alice, "nobody");
    const channel = await openDirect(alice, bob);
    expect(await openDirect(bob, alice)).toBe(channel);
    expect((await membersOf(alice, channel)).sort()).toEqual([alice.id, bob.id].sort());
    expect(await requestsOf(bob)).toEqual([]);
  });

  test("sent by both at once has one channel with both", { timeout: 30_000 }, async () => {
    for (let i = 0; i < 5; i++) {
      const [one, other] = [await registerShy("one"), await registerShy("other")];
      const opened = await Promise.all([openDirect(one, other), openDirect(other, one)]);
      expect(new Set(opened).size).toBe(1);
      expect(await membersOf(one, opened[0] ?? "")).toHaveLength(2);
      expect([...(await requestsOf(one)), ...(await requestsOf(other))]).toEqual([]);
    }
  });
});

const isRowOf =
  (channel: string) =>
  (frame: Parameters<typeof isLiveInbox>[0]): frame is Extract<typeof frame, { type: "inbox" }> =>
    isLiveInbox(frame) && frame.rows.some((row) => row.channel === channel);

describe("[S145] a declined stranger", () => {
  test("cannot ask again, anywhere, and still sees the person as pending", async () => {
    const group = await openGroup(alice, [bob]);
    const channel = await openDirect(alice, bob);
    expect((await decline(bob, group)).status).toBe(204);
    expect(await requestsOf(bob)).toEqual([]);
    expect(await pendingOf(alice, group)).toEqual([bob.id]);
    expect(await pendingOf(alice, channel)).toEqual([bob.id]);
    const other = await openGroup(alice, []);
    const refused = await putMember(alice, other, bob);
    expect(refused.status).toBe(403);
    expect(await codeOf(refused)).toBe("request_refused");
    // A repeat of what is pending says the same as before.
    expect((await putMember(alice, group, bob)).status).toBe(204);
    expect(await openDirect(alice, bob)).toBe(channel);
    expect(await pendingOf(alice, await openGroup(alice, [bob, carol]))).toEqual([]);
    expect((await accept(bob, group)).status).toBe(404);
    expect(await requestsOf(bob)).toEqual([]);
  });

  test("cannot open a direct channel, and the setting everyone does not help", async () => {
    await decline(bob, await openGroup(alice, [bob]));
    expect(await codeOf(await postDirect(alice, bob))).toBe("request_refused");
    expect(await rowsOf("SELECT id FROM channels WHERE created_by = ? AND kind = 'direct'", alice.id)).toEqual([]);
    await setOpenTo(bob, "everyone");
    expect(await codeOf(await postDirect(alice, bob))).toBe("request_refused");
  });

  test("may be written to by the person, which takes the refusal back", async () => {
    const group = await openGroup(alice, [bob]);
    await decline(bob, group);
    const channel = await openDirect(bob, alice);
    expect((await membersOf(bob, channel)).sort()).toEqual([alice.id, bob.id].sort());
    expect((await putMember(alice, group, bob)).status).toBe(204);
    expect(await membersOf(alice, group)).toContain(bob.id);
  });

  test("does not stand in the way of another stranger who asks into the same group", async () => {
    const group = await openGroup(alice, [carol, bob]);
    await decline(bob, group);
    expect((await putMember(carol, group, bob)).status).toBe(204);
    expect((await requestsOf(bob))[0]).toMatchObject({ channel: group, from: { id: carol.id } });
  });

  test("gives the person no sign of further messages", async () => {
    const channel = await openDirect(alice, bob);
    await decline(bob, channel);
    expect((await loadRoster(db, channel))?.pending).toEqual([]);
    const device = await attach(bob);
    await send(alice, channel, "please");
    expect(device.frames.filter(isLiveInbox)).toEqual([]);
  });
});
