// A change of the password while the directory fails. The token of the session is replaced by the
// change, so an answer without the new token would end the session.
import { beforeEach, expect, test } from "vitest";
import { changedPassword } from "../../src/protocol";
import { PASSWORD } from "../contract/samples";
import { rowsOf } from "../directory/support";
import { failingBatches } from "../support/failing-directory";
import { type Person, register, request } from "../support/http";
import { requestOn } from "./revocation-support";

const NEXT = "battery horse correct";
let alice: Person;

beforeEach(async () => {
  alice = await register("alice");
});

const changesPassword = (queries: { query: string }[]) =>
  /^update "accounts" set "password/.test(queries[0]?.query ?? "");
const change = (bindings: Env) =>
  requestOn(bindings, "/v1/me/password", {
    method: "PUT",
    token: alice.token,
    body: { current: PASSWORD, next: NEXT },
  });
const statusOf = async (token: string) => (await request("/v1/me", { token })).status;

test("the new token arrives although the answer of the database was lost", async () => {
  const response = await change(failingBatches((batch) => (changesPassword(batch) ? "after" : null)));
  expect(response.status).toBe(200);
  const { token = "", pending } = changedPassword.parse(await response.json());
  expect(pending).toBeUndefined();
  expect([await statusOf(token), await statusOf(alice.token)]).toEqual([200, 401]);
});

test("a change that the database did not make keeps password and token", async () => {
  const response = await change(failingBatches((batch) => (changesPassword(batch) ? "before" : null)));
  expect(response.status).toBe(503);
  expect(await statusOf(alice.token)).toBe(200);
  const { handle } = alice;
  const signIn = { method: "POST", body: { handle, password: PASSWORD, keep: "token" } };
  expect((await request("/v1/sessions", signIn)).status).toBe(200);
});

test("the new token arrives although the ends of the other sessions could not be read, which follow", async () => {
  const isReading = (batch: { query: string }[]) => batch.some(({ query }) => /from "ended_sessions"/.test(query));
  const response = await change(failingBatches((batch) => (isReading(batch) ? "before" : null)));
  expect(response.status).toBe(200);
  const { token = "", pending } = changedPassword.parse(await response.json());
  expect(pending).toBe(1);
  expect(await statusOf(token)).toBe(200);
  // The alarm of the user object delivers what is left.
  const left = () => rowsOf("SELECT object FROM ended_sessions WHERE account = ?", alice.id);
  await expect.poll(left, { timeout: 20_000 }).toEqual([]);
});
