import { describe, expect, test } from "vitest";
import { findChannel } from "../../src/directory/channels";
import type { ChannelInfo, Page } from "../../src/protocol";
import { call, openDirect as openOverHttp, register, request } from "../support/http";
import { db, openDirectly, pending, rowsOf } from "./support";

const channelsOf = (a: string, b: string) =>
  rowsOf("SELECT id, revision FROM channels WHERE identity IN (?, ?)", `${a}:${b}`, `${b}:${a}`);
const membersOf = async (channel: unknown) =>
  (await rowsOf("SELECT user FROM memberships WHERE channel = ? ORDER BY user", channel)).map((row) => row.user);

describe("[S61] a direct channel", () => {
  test("opened by fifty concurrent requests from both sides is one, with two members and one outbox row", {
    timeout: 30_000,
  }, async () => {
    const [alice, bob] = [await register("alice"), await register("bob")];
    const opened = await Promise.all(
      Array.from({ length: 50 }, (_, i) => {
        const [from, to] = i % 2 === 0 ? [alice, bob] : [bob, alice];
        return openDirectly(from.id, to.id, Date.now());
      }),
    );
    const [id] = new Set(opened);
    expect(new Set(opened).size).toBe(1);
    expect(await channelsOf(alice.id, bob.id)).toEqual([{ id, revision: 1 }]);
    expect(await membersOf(id)).toEqual([alice.id, bob.id].sort());
    expect(await pending(id ?? "")).toEqual([{ object: id, revision: 1, session: "" }]);
  });

  test("opened concurrently over HTTP from both sides has one log", { timeout: 30_000 }, async () => {
    const [alice, bob] = [await register("alice"), await register("bob")];
    const opened = await Promise.all(
      Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? openOverHttp(alice, bob) : openOverHttp(bob, alice))),
    );
    const [id = ""] = new Set(opened);
    expect(new Set(opened).size).toBe(1);
    expect(await membersOf(id)).toHaveLength(2);
    expect(await pending(id)).toEqual([]);
    const pages = await Promise.all(
      [alice, bob].map(({ token }) => call<Page>(`/v1/channels/${id}/messages`, { token })),
    );
    expect(new Set(pages.map(({ epoch }) => epoch)).size).toBe(1);
  });

  test("is returned completely to the one who opens it, also the second time", async () => {
    const [alice, bob] = [await register("alice"), await register("bob")];
    const open = (from: typeof alice, to: typeof alice) =>
      call<ChannelInfo>("/v1/channels", { method: "POST", token: from.token, body: { kind: "direct", user: to.id } });
    const first = await open(alice, bob);
    expect(first).toMatchObject({ kind: "direct", createdBy: alice.id });
    expect(first.members.map(({ user, role }) => [user.handle, role]).sort()).toEqual(
      [alice, bob].map(({ handle }) => [handle, "member"]).sort(),
    );
    expect(await open(bob, alice)).toEqual(first);
  });

  test("with oneself is for notes", async () => {
    const alice = await register("alice");
    const id = await openOverHttp(alice, alice);
    expect(await openOverHttp(alice, alice)).toBe(id);
    expect(await membersOf(id)).toEqual([alice.id]);
    const sent = {
      method: "POST",
      token: alice.token,
      body: { text: "buy milk" },
      headers: { "idempotency-key": "1" },
    };
    expect(await call(`/v1/channels/${id}/messages`, sent)).toMatchObject({ seq: 1 });
  });

  test("with an unknown user is not created", async () => {
    const alice = await register("alice");
    const body = { kind: "direct", user: "u_nobody" };
    expect((await request("/v1/channels", { method: "POST", token: alice.token, body })).status).toBe(404);
    expect(await channelsOf(alice.id, "u_nobody")).toEqual([]);
  });

  test("exists only for its members", async () => {
    const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
    const id = await openOverHttp(alice, bob);
    expect(await findChannel(db, id, alice.id)).not.toBeNull();
    expect(await findChannel(db, id, carol.id)).toBeNull();
    expect(await openOverHttp(alice, carol)).not.toBe(id);
  });
});
