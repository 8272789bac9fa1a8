// The list of people whom a person blocks: on every device, and in what their user object shows.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { type BlockedPerson, errors, type FrameOf, limits, type PresenceOf } from "../../src/protocol";
import { Settings } from "../../src/user/settings";
import { block, unblock } from "../support/block";
import { call, openGroup, type Person, register, request } from "../support/http";
import { say } from "../support/log";
import { attach, type Device, epochOf, isLiveInbox, join } from "../support/socket";

let alice: Person;
let bob: Person;
let carol: Person;

beforeEach(async () => {
  [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
});

const listed = async ({ token }: Person): Promise<string[]> =>
  (await call<{ items: BlockedPerson[] }>("/v1/me/blocks", { token })).items.map(({ user }) => user.id);

const watch = async (device: Device, person: Person): Promise<PresenceOf[]> =>
  (await device.answer(device.send({ type: "presence.watch", users: [person.id] }), "presence")).people;
const seen = (device: Device, person: Person): PresenceOf | undefined =>
  device.frames
    .flatMap((frame) => (frame.type === "presence" ? frame.people : []))
    .filter(({ user }) => user === person.id)
    .at(-1);

test("[S214] a block reaches every device, and the list has it until it ends", async () => {
  const device = await attach(bob);
  await block(bob, alice);
  await block(bob, carol);
  await block(bob, alice);
  const live = await device.until(
    (frame): frame is FrameOf<"inbox"> => isLiveInbox(frame) && frame.blocks !== undefined,
  );
  expect(live.blocks).toEqual([{ user: alice.id, at: expect.any(Number) }]);
  expect(await listed(bob)).toEqual(expect.arrayContaining([alice.id, carol.id]));
  const synced = await (await attach(bob)).until((frame) => frame.type === "inbox");
  expect(synced.blocks?.map(({ user }) => user).sort()).toEqual([alice.id, carol.id].sort());
  await unblock(bob, alice);
  expect(await listed(bob)).toEqual([carol.id]);
  await expect
    .poll(() => device.frames.filter(isLiveInbox).flatMap(({ blocks = [] }) => blocks))
    .toContainEqual({ user: alice.id, at: 0 });
  expect(await listed(alice)).toEqual([]);
});

test("[S214] nobody blocks themselves or a person who does not exist", async () => {
  const put = (user: string) => request(`/v1/me/blocks/${user}`, { method: "PUT", token: bob.token });
  expect((await put(bob.id)).status).toBe(400);
  expect((await put("u_nobody")).status).toBe(404);
  expect((await request(`/v1/me/blocks/${alice.id}`, { method: "DELETE", token: bob.token })).status).toBe(204);
});

test("[S214] the list of a person is bounded", async () => {
  const stub = env.USERS.getByName(bob.id);
  await block(bob, alice);
  await runInDurableObject(stub, (_, { storage }) => {
    let version = 1_000;
    const settings = new Settings(storage.sql, () => ++version);
    const put = (user: string) => settings.put(bob.id, { kind: "block", block: { user, at: 1 } });
    for (let i = 1; i < limits.blockedPeople; i++) put(`u_${i}`);
    expect(() => put("u_last")).toThrow(errors.too_many_blocks.sentence);
    put("u_1");
    settings.put(bob.id, { kind: "block", block: { user: "u_1", at: 0 } });
    put("u_last");
    expect(new Settings(storage.sql, () => ++version).blockedAt("u_last")).toBe(1);
    expect(new Settings(storage.sql, () => ++version).blockedAt("u_1")).toBeNull();
  });
});

test("[S217] neither sees the presence of the other", async () => {
  await openGroup(carol, [alice, bob]);
  const [a, b] = [await attach(alice), await attach(bob)];
  expect(await watch(a, bob)).toMatchObject([{ status: "online" }]);
  expect(await watch(b, alice)).toMatchObject([{ status: "online" }]);
  await block(bob, alice);
  await expect.poll(() => seen(a, bob)?.status).toBe("offline");
  await expect.poll(() => seen(b, alice)?.status).toBe("offline");
  const blockedAt = seen(a, bob)?.activeAt;
  expect(blockedAt).toBeGreaterThan(Date.now() - 60_000);
  await evictDurableObject(env.USERS.getByName(bob.id), { webSockets: "hibernate" });
  const other = await attach(alice);
  // The answer is that of a person who left when the block began.
  expect(await watch(other, bob)).toEqual([{ user: bob.id, status: "offline", activeAt: blockedAt }]);
  b.send({ type: "presence.active", active: false });
  expect(await watch(b, alice)).toEqual([]);
  await unblock(bob, alice);
  expect(await watch(await attach(alice), bob)).toMatchObject([{ status: "away" }]);
  expect(seen(a, bob)?.status).toBe("offline");
});

test("[S218] a mention by a blocked person counts for nobody who blocks them", async () => {
  const group = await openGroup(carol, [alice, bob]);
  const inbox = await attach(bob);
  await block(bob, alice);
  const [a, c] = [await join(alice, group), await join(carol, group)];
  const epoch = await epochOf(a);
  await say(a, epoch, `@${bob.handle} from alice`);
  await say(c, epoch, `@${bob.handle} from carol`);
  await say(a, epoch, `@${bob.handle} and alice again`);
  const rows = () => inbox.frames.filter(isLiveInbox).flatMap((frame) => frame.rows);
  await expect.poll(() => rows().at(-1)).toMatchObject({ unread: 3, mentions: 1 });
  expect(rows().at(-1)).not.toHaveProperty("mentionedBy");
  const synced = await (await attach(bob)).until((frame) => frame.type === "inbox");
  expect(synced.rows.find(({ channel }) => channel === group)).toMatchObject({ unread: 3, mentions: 1 });
});
