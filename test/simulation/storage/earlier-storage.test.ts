// Storage that an earlier version wrote opens, answers every read as before, and can be written to.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { longTest } from "../../support/long-test";
import { compareArchive } from "../kit/archive-comparison";
import type { ServerProcess } from "../kit/server-process";
import { type Bundle, bundle } from "../kit/worker-bundle";
import { type Caller, signIn, untilArchived } from "./client";
import { fixture, type Migrations, migrate, restore } from "./files";
import { type Answers, differences, readAll } from "./reads";
import type { Scenario } from "./scenario";
import { OPERATOR_TOKEN, startOn } from "./server";

const TEST_MS = 120_000;

const manifest: Scenario & { migrations: Migrations } = JSON.parse(
  readFileSync(path.join(fixture, "manifest.json"), "utf8"),
);
/**
 * What the earlier version answered. Since then an excerpt is without the marks of its text (S97).
 */
const expected: Answers = JSON.parse(
  readFileSync(path.join(fixture, "expected.json"), "utf8").replaceAll(
    /"text": ?"```ts (const total = [^`]+) ```"/g,
    '"text":"$1"',
  ),
);
let folder: string;
let worker: Bundle;
let server: ServerProcess;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "parley-earlier-"));
  worker = await bundle("src/index.ts", path.join(folder, "worker"));
  const state = path.join(folder, "state");
  restore(state);
  migrate(state, manifest.migrations);
  server = await startOn(worker, state, null);
}, TEST_MS);

afterAll(async () => {
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

longTest("the comparison reports a changed text, a missing item and a missing field, and allows a new field", () => {
  const message = { seq: 1, body: { text: "old" } };
  const before = { items: [message, { ...message, seq: 2 }] };
  const texts = { items: [{ seq: 1, body: { text: "new" } }, before.items[1]] };
  expect(differences(before, texts)).toEqual(['.items[0].body.text: "new", not "old"']);
  expect(differences(before, { items: [message] })[0]).toBe(".items: 1 items, not 2");
  expect(differences(before, { items: [{ seq: 1 }, before.items[1]] })).toHaveLength(1);
  expect(differences(before, { items: [{ ...message, parts: [] }, before.items[1]], more: 1 })).toEqual([]);
});

longTest("every read answers what the earlier version answered", { timeout: TEST_MS }, async () => {
  const found = await readAll(server.port, manifest);
  expect(differences(expected, found)).toEqual([]);
});

longTest("a repeat of an old nonce and of an old key gets the first answer", { timeout: TEST_MS }, async () => {
  for (const { by, request, answer } of manifest.repeatable) {
    const person = await signIn(server.port, by);
    expect((await person.ask(request)).body).toEqual({ ...(answer as object), duplicate: true });
  }
});

interface Shown {
  seq: number;
  author: string;
  body: { state: string; text?: string };
  reactions: { items: { emoji: string }[] };
}

const messagesOf = async (person: Caller, path: string): Promise<Shown[]> =>
  (await person.demand<{ messages: Shown[] }>("GET", `${path}/messages?limit=100&after=0`)).messages;

/** Sends, and edits, deletes and reacts to old messages where there are any of this person. */
async function write(person: Caller, me: string, channel: string): Promise<void> {
  const path = `/v1/channels/${channel}`;
  const before = await messagesOf(person, path);
  const own = before.filter(({ author, body }) => author === me && body.state === "live");
  const [edited] = own;
  const deleted = own.length > 1 ? own.at(-1) : undefined;
  const reacted = before.find(({ seq, body }) => body.state === "live" && seq !== deleted?.seq);
  const key = () => ({ "idempotency-key": crypto.randomUUID() });
  const { seq } = await person.demand<{ seq: number }>("POST", `${path}/messages`, { text: "written now 지금" }, key());
  if (edited) await person.demand("PATCH", `${path}/messages/${edited.seq}`, { text: "edited now" }, key());
  if (deleted) await person.demand("DELETE", `${path}/messages/${deleted.seq}`, {});
  if (reacted) await person.demand("PUT", `${path}/messages/${reacted.seq}/reactions/%F0%9F%8D%8B`);
  const after = await Promise.all(
    [seq, edited?.seq, deleted?.seq, reacted?.seq].map((one) =>
      one === undefined ? null : person.demand<Shown>("GET", `${path}/messages/${one}`),
    ),
  );
  const [sentNow, editedNow, deletedNow, reactedNow] = after;
  expect(sentNow?.body).toMatchObject({ state: "live", text: "written now 지금" });
  if (edited) expect(editedNow?.body).toMatchObject({ state: "live", text: "edited now" });
  if (deleted) expect(deletedNow?.body).toMatchObject({ state: "deleted" });
  if (reacted) expect(reactedNow?.reactions.items.map(({ emoji }) => emoji)).toContain("🍋");
  // What nobody touched is as it was.
  const touched = new Set([edited, deleted, reacted].map((one) => one?.seq));
  const still = new Map((await messagesOf(person, path)).map((message) => [message.seq, message.body]));
  for (const message of before)
    if (!touched.has(message.seq)) expect(still.get(message.seq), `${channel} ${message.seq}`).toEqual(message.body);
}

longTest("every old channel takes new changes, and the archive follows", { timeout: TEST_MS }, async () => {
  const channels = Object.entries(manifest.channels).filter(([name]) => name !== "deletedGroup");
  for (const [, { id, readers }] of channels) {
    for (const name of readers) await write(await signIn(server.port, name), manifest.ids[name], id);
  }
  await untilArchived(
    server.port,
    channels.map(([, { id }]) => id),
  );
  for (const [, { id }] of channels) {
    const { head, same, different, foreign } = await compareArchive(server.port, OPERATOR_TOKEN, id);
    expect({ same, different, foreign }).toEqual({ same: head, different: 0, foreign: 0 });
  }
});
