// The most groups of an account.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { limits } from "../../src/protocol";
import { openGroup, type Person, putMember, register, removeMember, request } from "../support/http";
import { accept, codeOf, membersOf, postDirect, registerShy, setOpenTo } from "./requests-support";

describe("[S148] an account", () => {
  const fill = async (person: Person) => {
    const rows = Array.from({ length: limits.groupsPerAccount }, (_, i) => i);
    const statements = rows.flatMap((i) => {
      const id = `c_full${i}${person.id.slice(2)}`;
      return [
        env.DIRECTORY.prepare(
          `INSERT INTO channels (id, kind, identity, revision, created_by, created_at) VALUES (?, 'group', ?, 1, 'u_x', 1)`,
        ).bind(id, id),
        env.DIRECTORY.prepare("INSERT INTO memberships VALUES (?, ?, 'member', 1)").bind(id, person.id),
      ];
    });
    await env.DIRECTORY.batch(statements);
  };

  test("is in at most 1,000 groups: it creates, enters and accepts no further one", { timeout: 60_000 }, async () => {
    const [alice, carol] = [await register("alice"), await register("carol")];
    const bob = await registerShy("bob");
    const waiting = await openGroup(alice, [bob]);
    await fill(bob);
    const body = { kind: "group", nonce: crypto.randomUUID(), name: "More", members: [] };
    expect(await codeOf(await request("/v1/channels", { method: "POST", token: bob.token, body }))).toBe(
      "too_many_groups",
    );
    expect(await codeOf(await accept(bob, waiting))).toBe("too_many_groups");
    await setOpenTo(bob, "everyone");
    const group = await openGroup(carol, []);
    expect(await codeOf(await putMember(carol, group, bob))).toBe("too_many_groups");
    expect(await membersOf(carol, await openGroup(carol, [bob]))).toEqual([carol.id]);
    // Direct channels do not count.
    expect((await postDirect(carol, bob)).status).toBe(200);
    await removeMember(bob, `c_full0${bob.id.slice(2)}`, bob);
    expect((await putMember(carol, group, bob)).status).toBe(204);
  });
});
