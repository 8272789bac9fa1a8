// Invites to a chat with a person: they are the consent of the person who made them.

import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { limits } from "../../src/protocol";
import { newInviteCode } from "../../src/runtime/ids";
import { rowsOf } from "../directory/support";
import { openDirect, openGroup, type Person, register } from "../support/http";
import { erase } from "./erasure-support";
import {
  getPreview,
  groupInvite,
  myInvites,
  personInvite,
  postUse,
  preview,
  refusalOf,
  revoke,
  use,
  usesOf,
} from "./invites-support";
import {
  codeOf,
  decline,
  listed,
  membersOf,
  pendingOf,
  postDirect,
  registerShy,
  requestsOf,
  send,
  setOpenTo,
} from "./requests-support";

let alice: Person;
let bob: Person;

beforeEach(async () => {
  [alice, bob] = [await registerShy("alice"), await registerShy("bob")];
  await setOpenTo(alice, "nobody");
});

describe("[S181] an invite to a person", () => {
  test("opens the chat without a request, whatever either of them has set", async () => {
    const { code, ...invite } = await personInvite(alice, { maxUses: 5 });
    expect(invite).toMatchObject({ kind: "person", channel: null, createdBy: alice.id, maxUses: 5, uses: 0 });
    const chat = await use(code, bob);
    expect(chat.kind).toBe("direct");
    expect(chat.pending).toBeUndefined();
    expect((await membersOf(alice, chat.id)).sort()).toEqual([alice.id, bob.id].sort());
    expect((await send(bob, chat.id, "hello")).status).toBe(200);
    expect(await requestsOf(alice)).toEqual([]);
    expect((await listed(alice)).map(({ id }) => id)).toEqual([chat.id]);
    // It is the chat that either of them would open.
    expect(await openDirect(alice, bob)).toBe(chat.id);
  });

  test("counts one use for each person, however often they ask", async () => {
    const { code } = await personInvite(alice, { maxUses: 2 });
    const { id } = await use(code, bob);
    for (let repeat = 0; repeat < 3; repeat++) expect((await use(code, bob)).id).toBe(id);
    expect(await usesOf(code)).toBe(1);
    const carol = await register("carol");
    await use(code, carol);
    expect(await codeOf(await postUse(code, await register("dave")))).toBe("invite_invalid");
    expect((await use(code, carol)).kind).toBe("direct");
    expect(await usesOf(code)).toBe(2);
  });

  test("answers a request that waits, of either of them", async () => {
    const chat = await openDirect(bob, alice);
    expect(await pendingOf(bob, chat)).toEqual([alice.id]);
    expect((await use((await personInvite(alice)).code, bob)).id).toBe(chat);
    expect(await pendingOf(bob, chat)).toEqual([]);
    expect(await requestsOf(alice)).toEqual([]);
    const carol = await registerShy("carol");
    const asked = await openDirect(alice, carol);
    expect((await requestsOf(carol)).map(({ channel }) => channel)).toEqual([asked]);
    expect((await use((await personInvite(alice)).code, carol)).id).toBe(asked);
    expect(await requestsOf(carol)).toEqual([]);
    expect((await membersOf(carol, asked)).sort()).toEqual([alice.id, carol.id].sort());
  });

  test("does not admit a stranger who was declined since, until there is a new one", async () => {
    const before = await personInvite(alice);
    const chat = await openDirect(bob, alice);
    expect((await decline(alice, chat)).status).toBe(204);
    const unknown = await refusalOf(await postUse(newInviteCode(), bob));
    expect(await refusalOf(await postUse(before.code, bob))).toEqual(unknown);
    expect(await refusalOf(await getPreview(before.code, bob))).toEqual(unknown);
    const after = await personInvite(alice);
    expect((await use(after.code, bob)).id).toBe(chat);
    expect(await rowsOf("SELECT user FROM declined_strangers WHERE user = ?", alice.id)).toEqual([]);
  });

  test("takes back the refusal of the person who uses it", async () => {
    const chat = await openDirect(alice, bob);
    await decline(bob, chat);
    await use((await personInvite(alice)).code, bob);
    expect(await rowsOf("SELECT user FROM declined_strangers WHERE user = ?", bob.id)).toEqual([]);
    expect((await send(alice, chat, "hello")).status).toBe(200);
  });

  test("does nothing for the person who made it", async () => {
    const { code } = await personInvite(alice);
    expect(await preview(code, alice)).toMatchObject({ kind: "person", isOwn: true });
    expect(await codeOf(await postUse(code, alice))).toBe("invite_invalid");
    expect(await usesOf(code)).toBe(0);
    expect(await listed(alice)).toEqual([]);
  });

  test("shows no handle, no id and no count", async () => {
    const { code } = await personInvite(alice);
    expect(await preview(code)).toEqual({
      kind: "person",
      name: "alice",
      tone: expect.any(Number),
      members: 0,
      isOwn: false,
    });
    const { id } = await use(code, bob);
    expect(await preview(code, bob)).toMatchObject({ channel: id });
  });

  test("is listed for and revoked by its person only", async () => {
    const { code } = await personInvite(alice, { forMs: limits.inviteMinMs });
    expect((await myInvites(alice)).map((one) => one.code)).toEqual([code]);
    expect(await myInvites(bob)).toEqual([]);
    expect(await codeOf(await revoke(code, bob))).toBe("invite_invalid");
    expect((await revoke(code, alice)).status).toBe(204);
    expect(await myInvites(alice)).toEqual([]);
    expect(await codeOf(await postUse(code, bob))).toBe("invite_invalid");
  });

  test("ends with the account", async () => {
    const [mine, group] = [await personInvite(alice), await openGroup(alice, [])];
    await groupInvite(alice, group);
    expect((await erase(alice)).status).toBe(204);
    expect(await codeOf(await postUse(mine.code, bob))).toBe("invite_invalid");
    expect(await rowsOf("SELECT code FROM invites WHERE created_by = ? OR target = ?", alice.id, group)).toEqual([]);
  });

  test("leaves later requests of others as they were", async () => {
    await use((await personInvite(alice)).code, bob);
    const carol = await register("carol");
    expect((await postDirect(carol, alice)).status).toBe(200);
    expect((await requestsOf(alice)).map(({ from }) => from.id)).toEqual([carol.id]);
  });

  test(`is one of at most ${limits.invitesPerTarget}`, async () => {
    const { code } = await personInvite(alice);
    const copy =
      "INSERT INTO invites SELECT ?, target_kind, target, created_by, created_at, expires_at, max_uses, uses, used_at, channel, roles FROM invites WHERE code = ?";
    await env.DIRECTORY.batch(
      Array.from({ length: limits.invitesPerTarget - 1 }, () =>
        env.DIRECTORY.prepare(copy).bind(newInviteCode(), code),
      ),
    );
    await expect(personInvite(alice)).rejects.toThrow("too_many_invites");
    expect((await personInvite(bob)).uses).toBe(0);
  });
});
