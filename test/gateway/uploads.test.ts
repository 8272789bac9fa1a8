// Uploads: parts, quotas, and what is left of them.
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { limits, type Upload } from "../../src/protocol";
import { readTicket } from "../../src/runtime/attachment-ticket";
import { ORIGIN, openDirect, openGroup, type Person, register, removeMember, request } from "../support/http";
import {
  beginUpload,
  complete,
  noise,
  putBytes,
  sendPart,
  storedKeys,
  uploadFile,
  uploadPath,
} from "../support/uploads";

let [alice, bob, carol] = [] as unknown as [Person, Person, Person];
let channel: string;
beforeAll(async () => {
  [alice, bob, carol] = await Promise.all([register("alice"), register("bob"), register("carol")]);
  channel = await openDirect(alice, bob);
});

const variables = env as { BUDGETS: string };
afterEach(() => {
  variables.BUDGETS = "";
});

const begin = (person: Person, body: object, inChannel = channel) =>
  request(`/v1/channels/${inChannel}/uploads`, { method: "POST", token: person.token, body });
const status = async (upload: Upload): Promise<Upload> =>
  await (await request(uploadPath(channel, upload), { token: alice.token })).json();

async function originalOf(ticket: string): Promise<Uint8Array> {
  const { file } = readTicket([env.TOKEN_SECRET], ticket);
  const object = await env.FILES.get(`${file}/original`);
  return new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer());
}

const usage = async (owner: string) =>
  await env.DIRECTORY.prepare("SELECT bytes, day_bytes FROM file_usage WHERE owner = ?")
    .bind(owner)
    .first<{ bytes: number; day_bytes: number }>();

describe("[S231] an upload", () => {
  test("of one part becomes a ticket for this person and channel", async () => {
    const bytes = noise(1_000);
    const done = await uploadFile(alice, channel, { bytes, name: "notes.txt", type: "text/plain" });
    expect(done).toMatchObject({ name: "notes.txt", type: "text/plain", size: 1_000 });
    const content = readTicket([env.TOKEN_SECRET], done.ticket);
    expect(content).toMatchObject({ user: alice.id, channel, name: "notes.txt", size: 1_000 });
    expect(done.expiresAt - Date.now()).toBeGreaterThan(limits.ticketMs - 60_000);
    expect(await originalOf(done.ticket)).toEqual(bytes);
  });

  test("of several parts arrives in any order, and after an interruption only missing parts are sent", async () => {
    const bytes = noise(2 * limits.uploadPartBytes + 77, 3);
    const upload = await beginUpload(alice, channel, bytes.length, "film.bin");
    expect(upload).toMatchObject({ parts: 3, partSize: limits.uploadPartBytes, received: [] });
    expect((await sendPart(alice, channel, upload, bytes, 3)).status).toBe(204);
    expect((await sendPart(alice, channel, upload, bytes, 1)).status).toBe(204);
    expect((await status(upload)).received).toEqual([1, 3]);
    const early = await request(`${uploadPath(channel, upload)}/complete`, {
      ...{ method: "POST", token: alice.token, body: {} },
    });
    expect(await early.json()).toMatchObject({ code: "upload_incomplete" });
    expect((await sendPart(alice, channel, upload, bytes, 2)).status).toBe(204);
    const done = await complete(alice, channel, upload);
    expect(Buffer.compare(await originalOf(done.ticket), bytes)).toBe(0);
    // The answer may be lost, and then the request is repeated.
    expect(await complete(alice, channel, upload)).toEqual(done);
  });

  test("keeps the first bytes of a part: later ones never replace what was checked", async () => {
    const bytes = noise(500, 5);
    const upload = await beginUpload(alice, channel, bytes.length);
    expect((await sendPart(alice, channel, upload, bytes, 1)).status).toBe(204);
    expect((await sendPart(alice, channel, upload, noise(500, 6), 1)).status).toBe(204);
    const done = await complete(alice, channel, upload);
    expect((await sendPart(alice, channel, upload, noise(500, 7), 1)).status).toBe(204);
    expect(await originalOf(done.ticket)).toEqual(bytes);
  });

  test("whose part was stored while the answer was lost goes on", async () => {
    const bytes = noise(300, 8);
    const upload = await beginUpload(alice, channel, bytes.length);
    await sendPart(alice, channel, upload, bytes, 1);
    await env.DIRECTORY.prepare("UPDATE files SET parts = '{}' WHERE upload = ?").bind(upload.id).run();
    expect((await sendPart(alice, channel, upload, bytes, 1)).status).toBe(204);
    expect(await originalOf((await complete(alice, channel, upload)).ticket)).toEqual(bytes);
  });

  test("that R2 has lost begins again", async () => {
    const bytes = noise(300, 9);
    const upload = await beginUpload(alice, channel, bytes.length);
    await sendPart(alice, channel, upload, bytes, 1);
    await env.FILES.delete((await storedKeys(env.FILES)).filter((key) => key.endsWith("/original")));
    const answer = await request(`${uploadPath(channel, upload)}/complete`, {
      ...{ method: "POST", token: alice.token, body: {} },
    });
    expect(await answer.json()).toMatchObject({ code: "upload_incomplete" });
    expect((await status(upload)).received).toEqual([]);
  });

  test("of several parts that R2 has lost begins again", async () => {
    const bytes = noise(limits.uploadPartBytes + 5, 10);
    const upload = await beginUpload(alice, channel, bytes.length);
    expect((await sendPart(alice, channel, upload, bytes, 2)).status).toBe(204);
    const row = await env.DIRECTORY.prepare("SELECT file, multipart FROM files WHERE upload = ?")
      .bind(upload.id)
      .first<{ file: string; multipart: string }>();
    await env.FILES.resumeMultipartUpload(`${row?.file}/original`, row?.multipart ?? "").abort();
    const lost = await sendPart(alice, channel, upload, bytes, 1);
    expect(await lost.json()).toMatchObject({ code: "upload_incomplete" });
    expect((await status(upload)).received).toEqual([]);
    for (const part of [1, 2]) expect((await sendPart(alice, channel, upload, bytes, part)).status).toBe(204);
    const done = await complete(alice, channel, upload);
    expect(Buffer.compare(await originalOf(done.ticket), bytes)).toBe(0);
    // A completion whose answer was lost before it was stored finds the object that it has made.
    await env.DIRECTORY.prepare("UPDATE files SET facts = NULL WHERE upload = ?").bind(upload.id).run();
    expect((await complete(alice, channel, upload)).size).toBe(bytes.length);
  });

  test.each([
    ["too short", 99],
    ["too long", 101],
  ])("refuses a part that is %s", async (_, length) => {
    const upload = await beginUpload(alice, channel, 100);
    const answer = await putBytes(`${uploadPath(channel, upload)}/parts/1`, alice.token, noise(length));
    expect(await answer.json()).toMatchObject({ code: "invalid", detail: "content-length: must be 100" });
    expect((await status(upload)).received).toEqual([]);
  });

  test("has no part beyond its size, and no file beyond the limit", async () => {
    const upload = await beginUpload(alice, channel, 100);
    expect((await putBytes(`${uploadPath(channel, upload)}/parts/2`, alice.token, noise(100))).status).toBe(400);
    const large = await begin(alice, { name: "x", size: limits.fileBytes + 1 });
    expect(await large.json()).toMatchObject({ code: "file_too_large" });
    expect((await begin(alice, { name: "x", size: 0 })).status).toBe(400);
  });

  test("that is given up leaves nothing, and gives its bytes back", async () => {
    const person = await register("dora");
    const own = await openGroup(person, [bob]);
    const before = await storedKeys(env.FILES);
    const size = limits.uploadPartBytes + 10;
    const upload = await beginUpload(person, own, size);
    expect((await sendPart(person, own, upload, noise(size), 1)).status).toBe(204);
    expect(await usage(own)).toMatchObject({ bytes: size });
    const gone = await request(uploadPath(own, upload), { method: "DELETE", token: person.token });
    expect(gone.status).toBe(204);
    expect(await storedKeys(env.FILES)).toEqual(before);
    expect(await usage(own)).toMatchObject({ bytes: 0, day_bytes: size });
    expect(await usage(person.id)).toMatchObject({ bytes: 0 });
    expect((await sendPart(person, own, upload, noise(size), 2)).status).toBe(404);
  });

  test("ends after a day", async () => {
    const upload = await beginUpload(alice, channel, 100);
    await env.DIRECTORY.prepare("UPDATE files SET due_at = ? WHERE upload = ?")
      .bind(Date.now() - 1, upload.id)
      .run();
    expect((await sendPart(alice, channel, upload, noise(100), 1)).status).toBe(404);
  });
});

describe("[S232] an upload belongs to its account", () => {
  test("and is nothing to others, members or not", async () => {
    const upload = await beginUpload(alice, channel, 100);
    for (const other of [bob, carol]) {
      expect((await request(uploadPath(channel, upload), { token: other.token })).status).toBe(404);
      expect((await sendPart(other, channel, upload, noise(100), 1)).status).toBe(404);
      const path = `${uploadPath(channel, upload)}/complete`;
      expect((await request(path, { method: "POST", token: other.token, body: {} })).status).toBe(404);
    }
    expect((await putBytes(`${uploadPath(channel, upload)}/parts/1`, "", noise(100))).status).toBe(401);
  });

  test("who must be a member who may attach files", async () => {
    expect((await begin(carol, { name: "x", size: 10 })).status).toBe(404);
    const group = await openGroup(alice, [bob]);
    expect((await begin(bob, { name: "x", size: 10 }, group)).status).toBe(200);
    await removeMember(alice, group, bob);
    expect((await begin(bob, { name: "x", size: 10 }, group)).status).toBe(404);
    expect((await begin(alice, { name: "x", size: 10 }, "c_nowhere")).status).toBe(404);
  });
});

describe("[S233] room for files", () => {
  const refusal = async (body: object) => await (await begin(alice, body)).json();

  test.each([
    ["accountFileBytes", "file_storage_full"],
    ["channelFileBytes", "file_storage_full"],
    ["accountFileBytesPerDay", "quota_exceeded"],
    ["channelFileBytesPerDay", "quota_exceeded"],
  ])("ends at the budget %s", async (budget, code) => {
    const owner = budget.startsWith("account") ? alice.id : channel;
    const now = await usage(owner);
    const used = (budget.endsWith("PerDay") ? now?.day_bytes : now?.bytes) ?? 0;
    variables.BUDGETS = JSON.stringify({ [budget]: used + 1_000 });
    expect(await refusal({ name: "x", size: 1_001 })).toMatchObject({ code });
    expect(await usage(owner)).toEqual(now);
    expect((await begin(alice, { name: "x", size: 1_000 })).status).toBe(200);
    expect(await refusal({ name: "x", size: 1 })).toMatchObject({ code });
  });

  test("is reserved by each of many requests at once", async () => {
    const person = await register("erin");
    const own = await openGroup(person, [bob]);
    variables.BUDGETS = JSON.stringify({ accountFileBytes: 1_000 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => begin(person, { name: "x", size: 300 }, own)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 200, 409, 409, 409, 409, 409]);
    expect(await usage(person.id)).toMatchObject({ bytes: 900 });
  });

  test("has a number of open uploads for each account", async () => {
    const person = await register("fred");
    const own = await openGroup(person, [bob]);
    for (let i = 0; i < limits.uploadsPerAccount; i++) await beginUpload(person, own, 1);
    expect(await (await begin(person, { name: "x", size: 1 }, own)).json()).toMatchObject({ code: "too_many_uploads" });
  });
});

describe("[S231] an interruption", () => {
  /** Sends a part and breaks off after `sent` bytes. */
  async function breakOff(path: string, bytes: Uint8Array, sent: number): Promise<void> {
    const body = new FixedLengthStream(bytes.length);
    const writer = body.writable.getWriter();
    const headers = { authorization: `Bearer ${alice.token}`, "content-length": String(bytes.length) };
    const answer = exports.default
      .fetch(new Request(ORIGIN + path, { method: "PUT", body: body.readable, headers }))
      .then((response) => response.status)
      .catch(() => 0);
    await writer.write(bytes.subarray(0, sent)).catch(() => undefined);
    await writer.abort(new Error("the network is gone")).catch(() => undefined);
    expect(await answer).not.toBe(204);
  }

  test("at a random byte costs at most the part that was being sent", async () => {
    const size = 3_000;
    for (let round = 0; round < 20; round++) {
      const bytes = noise(size, round + 100);
      const upload = await beginUpload(alice, channel, size);
      const path = `${uploadPath(channel, upload)}/parts/1`;
      for (const cut of [0, (round * 997) % size, size - 1]) await breakOff(path, bytes, cut);
      expect((await status(upload)).received).toEqual([]);
      expect((await sendPart(alice, channel, upload, bytes, 1)).status).toBe(204);
      expect(await originalOf((await complete(alice, channel, upload)).ticket)).toEqual(bytes);
    }
  });
});
