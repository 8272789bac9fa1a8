// Blocks and reports of the SDK.
import { beforeEach, expect, test } from "vitest";
import { limits } from "../../../src/protocol";
import type { Client } from "../../../src/sdk";
import { json, problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;
let asked: { request: string; body: unknown }[];
let answers: Record<string, () => Response>;

beforeEach(async () => {
  server = new FakeServer();
  asked = [];
  answers = {};
  server.intercept = (method, path, body) => {
    const answer = answers[`${method} ${path}`];
    if (!answer) return null;
    asked.push({ request: `${method} ${path}`, body });
    return answer();
  };
  alice = server.client("alice");
  await alice.connect();
});

const done = () => new Response(null, { status: 204 });
const blocked = () => [...alice.safety.blocked.get()].sort();

test("a block is repeated after a lost answer, and shows when the server has it", async () => {
  let tries = 0;
  answers["PUT /v1/me/blocks/u_bob"] = () => (tries++ === 0 ? problemAnswer("temporary") : done());
  answers["DELETE /v1/me/blocks/u_bob"] = done;
  const blocking = alice.safety.block("u_bob");
  await settle();
  expect(blocked()).toEqual([]);
  alice.retryNow();
  await blocking;
  expect(tries).toBe(2);
  expect(blocked()).toEqual(["u_bob"]);
  await alice.safety.unblock("u_bob");
  expect(blocked()).toEqual([]);
});

test("a block that is refused does not show", async () => {
  answers["PUT /v1/me/blocks/u_bob"] = () => problemAnswer("too_many_blocks");
  await expect(alice.safety.block("u_bob")).rejects.toMatchObject({ code: "too_many_blocks" });
  expect(blocked()).toEqual([]);
});

test("blocks of other devices arrive, and end with the sign-out", () => {
  alice.safety.received({
    blocks: [
      { user: "u_bob", at: 5 },
      { user: "u_carol", at: 6 },
    ],
  });
  expect(blocked()).toEqual(["u_bob", "u_carol"]);
  alice.safety.received({ blocks: [{ user: "u_bob", at: 0 }] });
  expect(blocked()).toEqual(["u_carol"]);
  alice.safety.clear();
  expect(blocked()).toEqual([]);
});

test("a report names its target, and one that the server would refuse is not sent", async () => {
  answers["POST /v1/reports"] = () => json({ id: "x_0k3f9x2a7q", duplicate: false });
  const report = { category: "spam", text: "Sells watches" } as const;
  await alice.safety.reportMessage({ channel: "c_1", seq: 4, version: 5 }, report);
  expect(await alice.safety.reportPerson("u_bob", { category: "hate" }, "g_1")).toMatchObject({ duplicate: false });
  const long = { category: "spam", text: "x".repeat(limits.reportCodePoints + 1) } as const;
  await expect(alice.safety.reportPerson("u_bob", long)).rejects.toMatchObject({ code: "invalid" });
  expect(asked.map(({ body }) => body)).toEqual([
    { target: { kind: "message", channel: "c_1", seq: 4, version: 5 }, ...report },
    { target: { kind: "user", user: "u_bob", guild: "g_1" }, category: "hate", text: "" },
  ]);
});

test("a server that does not say who may register takes everyone", async () => {
  answers["GET /v1/registration"] = () => json({ mode: "invite" });
  expect(await alice.safety.registration()).toBe("invite");
  answers["GET /v1/registration"] = () => problemAnswer("not_found");
  expect(await alice.safety.registration()).toBe("open");
});
