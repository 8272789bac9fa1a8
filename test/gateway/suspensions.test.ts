// Suspensions of accounts by the operator, and the log of what the operator does.
import { expect, test } from "vitest";
import { closeCodes, type OperatorAction, type Suspension } from "../../src/protocol";
import { rowsOf } from "../directory/support";
import { operator } from "../support/archive";
import { call, openDirect, type Person, register, request } from "../support/http";
import { attach, join } from "../support/socket";
import { codeOf } from "./requests-support";

const at = ({ id }: Person) => `/v1/operator/suspensions/${id}`;
const suspend = (person: Person, reason = "") =>
  request(at(person), { method: "PUT", token: operator, body: { reason } });
const lift = (person: Person) => request(at(person), { method: "DELETE", token: operator });
const signIn = ({ handle }: Person, password = "correct horse battery") =>
  request("/v1/sessions", { method: "POST", body: { handle, password, keep: "token" } });
const logOf = async ({ id }: Person): Promise<OperatorAction[]> =>
  (await call<{ items: OperatorAction[] }>("/v1/operator/log?limit=100", { token: operator })).items.filter(
    ({ target }) => target === id,
  );

test("[S222] a suspension ends every session and socket, and the sign-in says why", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openDirect(alice, bob);
  const devices = [await attach(alice), await join(alice, channel)];
  const other = await join(bob, channel);
  expect((await suspend(alice, "Sells watches")).status).toBe(204);
  for (const device of devices) expect((await device.untilClosed()).code).toBe(closeCodes.sessionRevoked);
  expect((await request("/v1/me", { token: alice.token })).status).toBe(401);
  const refused = await signIn(alice);
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ code: "account_suspended", detail: "Sells watches" });
  // Only who knows the password learns of the suspension.
  expect(await codeOf(await signIn(alice, "not the password"))).toBe("wrong_credentials");
  expect(other.closed).toBeNull();
  expect((await request("/v1/me", { token: bob.token })).status).toBe(200);
  const { items } = await call<{ items: Suspension[] }>("/v1/operator/suspensions", { token: operator });
  expect(items.find(({ user }) => user.id === alice.id)).toMatchObject({ reason: "Sells watches" });
  expect((await lift(alice)).status).toBe(204);
  expect((await signIn(alice)).status).toBe(200);
  expect((await lift(alice)).status).toBe(404);
});

test("[S222] a suspension meets the sign-in at any time", async () => {
  const alice = await register("alice");
  const signIns = Array.from({ length: 4 }, () => signIn(alice));
  const [, ...answers] = await Promise.all([suspend(alice), ...signIns]);
  expect(answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 403)).toEqual([]);
  expect(await rowsOf("SELECT id FROM sessions WHERE account = ?", alice.id)).toEqual([]);
  for (const answer of answers.filter(({ ok }) => ok)) {
    const { token } = await answer.json<{ token: string }>();
    expect((await request("/v1/me", { token })).status).toBe(401);
  }
});

test("[S222] the log of the operator has every action once, and nothing changes it", async () => {
  const alice = await register("alice");
  await suspend(alice, "spam");
  await suspend(alice, "spam");
  await suspend(alice, "hate");
  await lift(alice);
  await lift(alice);
  expect((await logOf(alice)).map(({ kind, detail }) => [kind, detail])).toEqual([
    ["suspension.lifted", ""],
    ["account.suspended", "hate"],
    ["account.suspended", "spam"],
  ]);
  expect((await logOf(alice))[0]?.user).toMatchObject({ handle: alice.handle });
  const channel = await openDirect(await register("carol"), await register("bob"));
  await call(`/v1/operator/channels/${channel}/archive`, { method: "POST", token: operator, body: { do: "rebuild" } });
  const { items } = await call<{ items: OperatorAction[] }>("/v1/operator/log", { token: operator });
  expect(items.find(({ target }) => target === channel)).toMatchObject({ kind: "archive.rebuilt", user: null });
  expect((await request("/v1/operator/log", { token: alice.token })).status).toBe(404);
});

test("[S222] nobody is suspended who does not exist", async () => {
  const ghost = { id: "u_nobody" } as Person;
  expect((await suspend(ghost)).status).toBe(404);
  expect(await logOf(ghost)).toEqual([]);
});
