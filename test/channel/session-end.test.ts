// The end of sessions in a channel: bounded, repeatable, and independent of the order of arrival.
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { loadRoster } from "../../src/directory/roster-outbox";
import type { Caller } from "../../src/domain/ports";
import type { Roster } from "../../src/domain/roster";
import { closeCodes } from "../../src/protocol";
import { signIn } from "../contract/samples";
import { db } from "../directory/support";
import { openDirect, type Person, register } from "../support/http";
import { type Device, join } from "../support/socket";

const MARGIN_MS = 60_000;

let alice: Person;
let phone: Person;
let channel: string;
let devices: Device[];

beforeEach(async () => {
  alice = await register("alice");
  phone = await signIn(alice);
  channel = await openDirect(alice, await register("bob"));
  devices = [await join(alice, channel), await join(phone, channel)];
});

const object = () => env.CHANNELS.getByName(channel);
const end = (tokensFrom: number, openSessions: string[]) =>
  object().endSessions({ user: alice.id, tokensFrom, openSessions });
const callerAt = (issuedAt: number): Caller => ({ user: alice.id, session: alice.session, issuedAt });
const isAccepted = async (issuedAt: number) => (await object().page(callerAt(issuedAt), { limit: 1 })).ok;
const roster = async (): Promise<Roster> => (await loadRoster(db, channel)) ?? expect.fail("no roster");
const closed = () => devices.map((device) => device.closed?.code ?? null);

test("the end of a session that arrives late or twice closes no socket of an open session", async () => {
  const [first, second] = [Date.now() + MARGIN_MS, Date.now() + MARGIN_MS + 1];
  expect(await end(second, [alice.session])).toMatchObject({ ok: true, value: true });
  await devices[1]?.untilClosed();
  expect(await end(first, [alice.session, phone.session])).toMatchObject({ ok: true, value: true });
  expect(await end(second, [alice.session])).toMatchObject({ ok: true, value: true });
  expect(closed()).toEqual([null, closeCodes.sessionRevoked]);
  expect([await isAccepted(second), await isAccepted(second + 1)]).toEqual([false, true]);
});

test("a session that was opened after the cutoff keeps its sockets, though nothing names it", async () => {
  await end(1_000, []);
  expect(closed()).toEqual([null, null]);
});

test("a roster that was read before the end of a session does not lower the cutoff", async () => {
  const cutoff = Date.now() + MARGIN_MS;
  const before = await roster();
  await end(cutoff, [alice.session]);
  const changed = before.members.map((member) => ({ ...member, receipts: false }));
  await object().applyRoster({ ...before, revision: before.revision + 1, members: changed });
  expect([await isAccepted(cutoff), await isAccepted(cutoff + 1)]).toEqual([false, true]);
});

test("a channel that does not know the user, or has no log, says so", async () => {
  const stranger = await register("carol");
  const ended = { user: stranger.id, tokensFrom: Date.now(), openSessions: [] };
  expect(await object().endSessions(ended)).toMatchObject({ ok: true, value: false });
  expect(await env.CHANNELS.getByName("c_0nothing").endSessions(ended)).toMatchObject({ ok: true, value: false });
});

test("a poll that is held ends, and is refused", async () => {
  const query = { id: "1", wait: 20_000 };
  const start = await object().poll(callerAt(Date.now()), { query: { id: "1", wait: 0 }, knownTag: null });
  if (!start.ok || !start.value) throw new Error("no answer");
  const ready = start.value.frames.find((frame) => frame.type === "ready");
  if (ready?.type !== "ready") throw new Error("not ready");
  const cursor = { epoch: ready.epoch, after: ready.head };
  const tagged = await object().poll(callerAt(Date.now()), { query: { ...query, ...cursor, wait: 0 }, knownTag: null });
  if (!tagged.ok || !tagged.value) throw new Error("no tag");
  const held = object().poll(callerAt(Date.now()), { query: { ...query, ...cursor }, knownTag: tagged.value.tag });
  const at = Date.now();
  await end(Date.now() + MARGIN_MS, []);
  expect(await held).toMatchObject({ ok: false, code: "token_expired" });
  expect(Date.now() - at).toBeLessThan(10_000);
});
