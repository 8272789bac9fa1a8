// Invites that do not admit a person: every reason gets the same answer.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { newInviteCode } from "../../src/runtime/ids";
import { rowsOf } from "../directory/support";
import { openGroup, type Person, putMember, register, removeMember, request } from "../support/http";
import { getPreview, groupInvite, postUse, refusalOf, revoke, use } from "./invites-support";
import { codeOf, membersOf, registerShy } from "./requests-support";

let alice: Person;
let bob: Person;
let carol: Person;
let group: string;

beforeEach(async () => {
  [alice, bob, carol] = [await register("alice"), await register("bob"), await registerShy("carol")];
  group = await openGroup(alice, [bob], { name: "Climbers" });
});

/** Changes a stored invite, as time would. */
const store = (code: string, columns: string) =>
  env.DIRECTORY.prepare(`UPDATE invites SET ${columns} WHERE code = ?`).bind(code).run();
const usesOf = async (code: string) => (await rowsOf("SELECT uses FROM invites WHERE code = ?", code))[0]?.uses;

describe("[S177] an invite that does not admit a person", () => {
  /** Every reason, as a function that makes an invite which does not admit carol. */
  const reasons: Record<string, () => Promise<string>> = {
    "that does not exist": async () => newInviteCode(),
    "whose link was cut": async () => (await groupInvite(alice, group)).code.slice(0, 7),
    "whose case was changed": async () => {
      const { code } = await groupInvite(alice, group);
      const changed = [...code].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase()));
      return changed.join("") === code ? newInviteCode() : changed.join("");
    },
    "that has ended": async () => {
      const { code } = await groupInvite(alice, group);
      await store(code, `expires_at = ${Date.now() - 1}`);
      return code;
    },
    "that is used up": async () => {
      const { code } = await groupInvite(alice, group, { maxUses: 1 });
      await use(code, await register("dave"));
      return code;
    },
    "that was revoked": async () => {
      const { code } = await groupInvite(alice, group);
      expect((await revoke(code, alice)).status).toBe(204);
      return code;
    },
    "from before the person was removed": async () => {
      const { code } = await groupInvite(alice, group);
      await use(code, carol);
      await removeMember(alice, group, carol);
      return code;
    },
    "whose maker has left": async () => {
      const { code } = await groupInvite(bob, group);
      await removeMember(bob, group, bob);
      return code;
    },
    "whose maker was removed": async () => {
      const { code } = await groupInvite(bob, group);
      await removeMember(alice, group, bob);
      return code;
    },
    "whose group was deleted": async () => {
      const { code } = await groupInvite(alice, group);
      await request(`/v1/channels/${group}`, { method: "DELETE", token: alice.token });
      expect(await rowsOf("SELECT code FROM invites WHERE target = ?", group)).toEqual([]);
      return code;
    },
    "whose maker deleted the account": async () => {
      const { code } = await groupInvite(bob, group);
      const body = { password: "correct horse battery" };
      expect((await request("/v1/me", { method: "DELETE", token: bob.token, body })).status).toBe(204);
      return code;
    },
  };
  const answers = async (code: string) => ({
    preview: await refusalOf(await getPreview(code, carol)),
    use: await refusalOf(await postUse(code, carol)),
    revoke: await refusalOf(await revoke(code, carol)),
  });

  test.each(Object.keys(reasons))("%s gets the same answer as any other", async (reason) => {
    const code = (await reasons[reason]?.()) ?? expect.fail("no such reason");
    const same = await answers(newInviteCode());
    expect(same.use).toMatchObject({ status: 404, code: "invite_invalid", temporary: false });
    expect(await answers(code)).toEqual(same);
    expect(await rowsOf("SELECT user FROM memberships WHERE channel = ? AND user = ?", group, carol.id)).toEqual([]);
  });

  test("needs one statement of the directory to be found, whatever the reason", async () => {
    const counts: number[] = [];
    for (const reason of ["that does not exist", "that has ended", "from before the person was removed"]) {
      const code = (await reasons[reason]?.()) ?? expect.fail("no such reason");
      const variables = env as { DIRECTORY: D1Database };
      const directory = variables.DIRECTORY;
      let count = 0;
      variables.DIRECTORY = new Proxy(directory, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name, target);
          if (name === "prepare") count++;
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
      try {
        expect((await getPreview(code, carol)).status).toBe(404);
      } finally {
        variables.DIRECTORY = directory;
      }
      counts.push(count);
    }
    expect(new Set(counts).size).toBe(1);
  });
});

describe("[S178] a person who was removed", () => {
  test("enters by an invite from after the removal, and by an earlier one once a member added them again", async () => {
    const before = await groupInvite(alice, group);
    await use(before.code, carol);
    await removeMember(alice, group, carol);
    expect(await codeOf(await postUse(before.code, carol))).toBe("invite_invalid");
    const after = await groupInvite(alice, group);
    await use(after.code, carol);
    expect(await membersOf(alice, group)).toContain(carol.id);
    // They leave by themselves: every invite admits them again.
    await removeMember(carol, group, carol);
    expect((await postUse(before.code, carol)).status).toBe(200);
  });

  test("and was added again by a member may use any invite after they left", async () => {
    const { code } = await groupInvite(alice, group);
    const dave = await register("dave");
    await putMember(alice, group, dave);
    await removeMember(alice, group, dave);
    await putMember(bob, group, dave);
    await removeMember(dave, group, dave);
    expect((await postUse(code, dave)).status).toBe(200);
  });

  test("who left by themselves may come back by the same invite, which counts another use", async () => {
    const { code } = await groupInvite(alice, group);
    await use(code, carol);
    await removeMember(carol, group, carol);
    await use(code, carol);
    expect(await usesOf(code)).toBe(2);
  });
});
