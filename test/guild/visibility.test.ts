// Whom a guild object shows which heads while the guild changes and the directory is slow or gone.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { GuildVisibility } from "../../src/domain/channel-heads";
import { Visibility } from "../../src/guild/visibility";
import type { GuildView } from "../../src/protocol";
import { makeLarge } from "../support/crowd";
import { change, openGuild, openGuildChannel } from "../support/guild";
import { newestIn, showGuild } from "../support/guild-socket";
import { type Person, register } from "../support/http";
import { say } from "../support/log";
import { epochOf, join } from "../support/socket";

let [alice, bob, carol]: Person[] = [];
let guild: GuildView;
const known = (person: Person | undefined): Person => person ?? expect.fail("nobody");

beforeEach(async () => {
  [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  guild = await openGuild(known(alice), [known(bob), known(carol)]);
  await makeLarge(known(alice), guild.id);
});
afterEach(() => void vi.restoreAllMocks());

test("an answer that is older than the known one changes nothing, and a newer one forgets the others", async () => {
  const answers: GuildVisibility[] = [];
  const at = (revision: number, ...users: string[]): GuildVisibility => ({
    ...{ revision, channels: new Set(["c_1"]) },
    viewable: new Map(users.map((user) => [user, new Set(["c_1"])])),
  });
  const read: number[] = [];
  const directory = { findVisibility: async () => answers.shift() ?? null };
  const visibility = new Visibility(directory, ({ revision }) => read.push(revision));
  answers.push(at(2, "u_a", "u_b"), at(1, "u_a"), at(3, "u_a"));
  await visibility.read("g_1", ["u_a", "u_b", "u_c"]);
  expect([visibility.of("u_c"), visibility.of("u_d"), visibility.revision]).toEqual([null, undefined, 2]);
  await visibility.read("g_1", ["u_b"]);
  expect(visibility.of("u_b")).toEqual(new Set(["c_1"]));
  await visibility.read("g_1", ["u_a"]);
  expect([visibility.of("u_a"), visibility.of("u_b")]).toEqual([new Set(["c_1"]), undefined]);
  // The guild was erased.
  await visibility.read("g_1", ["u_a"]);
  expect(visibility.of("u_a")).toBeNull();
  expect(read).toEqual([2, 3, Number.MAX_SAFE_INTEGER]);
});

test("everyone who is left gets every head while members come and go and lose channels", async () => {
  const channel = await openGuildChannel(known(alice), guild.id);
  const a = await join(known(alice), channel);
  const epoch = await epochOf(a);
  const [b, c] = [await showGuild(known(bob), guild.id), await showGuild(known(carol), guild.id)];
  const path = `channels/${channel}/overrides/${known(carol).id}`;
  let hidden = 0;
  for (let round = 0; round < 6; round++) {
    const isHidden = round % 2 === 0;
    await change(known(alice), guild.id, "PUT", path, { allow: [], deny: isHidden ? ["view"] : [] });
    const seq = await say(a, epoch, `message ${round}`);
    if (isHidden) hidden = seq;
    await expect.poll(() => newestIn(b.frames)[channel], { timeout: 10_000 }).toBe(seq);
    if (isHidden) expect(newestIn(c.frames)[channel] ?? 0).toBeLessThan(hidden);
    else await expect.poll(() => newestIn(c.frames)[channel], { timeout: 10_000 }).toBe(seq);
  }
  expect([b.closed, c.closed]).toEqual([null, null]);
});

test("heads wait for a directory that does not answer, and reach nobody meanwhile", async () => {
  const channel = await openGuildChannel(known(alice), guild.id);
  const a = await join(known(alice), channel);
  const epoch = await epochOf(a);
  const b = await showGuild(known(bob), guild.id);
  let isGone = true;
  await runInDurableObject(env.GUILDS.getByName(guild.id), (object) => {
    const { directory } = object as unknown as { directory: { findVisibility(...which: unknown[]): Promise<unknown> } };
    const find = directory.findVisibility.bind(directory);
    directory.findVisibility = (...which) => (isGone ? Promise.reject(new Error("gone")) : find(...which));
  });
  await change(known(alice), guild.id, "PUT", `channels/${channel}/overrides/${known(bob).id}`, {
    allow: [],
    deny: ["view"],
  });
  await say(a, epoch, "not for bob");
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(newestIn(b.frames)[channel]).toBeUndefined();
  await change(known(alice), guild.id, "PUT", `channels/${channel}/overrides/${known(bob).id}`, {
    allow: [],
    deny: [],
  });
  isGone = false;
  await expect.poll(() => newestIn(b.frames)[channel], { timeout: 10_000 }).toBe(1);
});
