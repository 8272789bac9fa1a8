// Handles that nobody can register, and older accounts that have one.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { ChannelInfo, Me, SignedIn } from "../../src/protocol";
import { call, openGroup, type Person, register, request } from "../support/http";
import { perform } from "../support/log";
import { epochOf, join } from "../support/socket";

const PASSWORD = "correct horse battery";

const refused = ["here", "channel", "everyone", "all", "admin", "system", "parley", "bob.", "bob_", "bob-", "bob.."];

const patch = (person: Person, body: object) => request("/v1/me", { method: "PATCH", token: person.token, body });
const codeOf = async (answer: Promise<Response>): Promise<string> =>
  ((await (await answer).json()) as { code?: string }).code ?? "accepted";

/** Gives an account a handle from a time at which it could be registered. */
async function giveHandle(person: Person, handle: string): Promise<Person> {
  await env.DIRECTORY.prepare("DELETE FROM accounts WHERE handle = ?").bind(handle).run();
  await env.DIRECTORY.prepare("UPDATE accounts SET handle = ? WHERE id = ?").bind(handle, person.id).run();
  return { ...person, handle };
}

const newName = (): string => `new-${crypto.randomUUID().slice(0, 8)}`;

test.each(refused)("[S124] [S169] nobody registers %s", async (handle) => {
  const body = { handle, name: "X", password: PASSWORD };
  const answer = await request("/v1/accounts", { method: "POST", body });
  expect(["invalid", "handle_taken"]).toContain(await codeOf(Promise.resolve(answer)));
  expect(await codeOf(request("/v1/accounts", { method: "POST", body: { ...body, handle: `@${handle}` } }))).not.toBe(
    "accepted",
  );
});

describe("[S169] an older account with such a handle", () => {
  test.each(["here", "bob.", "bob_", "bob-"])("%s signs in, and is asked for another", async (handle) => {
    const old = await giveHandle(await register("bob"), handle);
    const body = { handle, password: PASSWORD, keep: "token" };
    const { me } = await call<SignedIn>("/v1/sessions", { method: "POST", body });
    expect(me).toMatchObject({ id: old.id, handle, needsHandle: true });
    expect(await call<Me>("/v1/me", { token: old.token })).toMatchObject({ needsHandle: true });
  });

  test("chooses another one, signs in with it, and is mentioned by it", async () => {
    const [alice, bob] = [await register("alice"), await giveHandle(await register("bob"), "bob.")];
    const channel = await openGroup(alice, [bob]);
    const a = await join(alice, channel);
    const epoch = await epochOf(a);
    const handle = newName();
    const changed = await patch(bob, { handle });
    expect([changed.status, await changed.json()]).toMatchObject([200, { handle, needsHandle: false }]);
    // A repeat changes nothing, and a further change is refused.
    expect((await patch(bob, { handle })).status).toBe(200);
    expect(await codeOf(patch(bob, { handle: newName() }))).toBe("forbidden");
    const signedIn = await call<SignedIn>("/v1/sessions", { method: "POST", body: { handle, password: PASSWORD } });
    expect(signedIn.me.id).toBe(bob.id);
    const old = { handle: "bob.", password: PASSWORD };
    expect(await codeOf(request("/v1/sessions", { method: "POST", body: old }))).toBe("wrong_credentials");
    const { members } = await call<ChannelInfo>(`/v1/channels/${channel}`, { token: alice.token });
    expect(members.map(({ user }) => user.handle).sort()).toEqual([alice.handle, handle].sort());
    const sent = await perform(a, epoch, { type: "message.send", text: `hello @${handle}` });
    expect(sent).toMatchObject({ data: { body: { mentions: { users: [bob.id] } } } });
  });

  test("gets no handle that is taken, reserved or refused, and keeps its own then", async () => {
    const [alice, bob] = [await register("alice"), await giveHandle(await register("bob"), "bob_")];
    expect(await codeOf(patch(bob, { handle: alice.handle }))).toBe("handle_taken");
    expect(await codeOf(patch(bob, { handle: "admin" }))).toBe("handle_taken");
    for (const handle of ["bob-", "x.", "ab", ""]) expect(await codeOf(patch(bob, { handle }))).toBe("invalid");
    const gone = await register("gone");
    await call("/v1/me", { method: "DELETE", token: gone.token, body: { password: PASSWORD } });
    expect(await codeOf(patch(bob, { handle: gone.handle }))).toBe("handle_taken");
    expect(await call<Me>("/v1/me", { token: bob.token })).toMatchObject({ handle: "bob_", needsHandle: true });
  });

  test("is the only one that may change its handle", async () => {
    const alice = await register("alice");
    expect(await call<Me>("/v1/me", { token: alice.token })).toMatchObject({ needsHandle: false });
    expect(await codeOf(patch(alice, { handle: newName() }))).toBe("forbidden");
  });

  test("gets one of two handles that are asked for at once", async () => {
    const [one, other] = [
      await giveHandle(await register("one"), "one."),
      await giveHandle(await register("two"), "two."),
    ];
    const handle = newName();
    const codes = await Promise.all([codeOf(patch(one, { handle })), codeOf(patch(other, { handle }))]);
    expect(codes.sort()).toEqual(["accepted", "handle_taken"]);
  });
});
