// The bytes of attachments: who gets them, with which headers, and which of them.
import { env, exports } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import type { FileLink, Message } from "../../src/protocol";
import { PASSWORD, signIn } from "../contract/samples";
import {
  call,
  ORIGIN,
  openDirect,
  openGroup,
  type Person,
  putMember,
  register,
  removeMember,
  request,
} from "../support/http";
import { pngOf } from "../support/pictures";
import { filePath, noise, sendFile } from "../support/uploads";

let [alice, bob, carol] = [] as unknown as [Person, Person, Person];
let channel: string;
let picture: Uint8Array;
let file: { id: string; seq: number; message: Message };

beforeAll(async () => {
  [alice, bob, carol] = await Promise.all([register("alice"), register("bob"), register("carol")]);
  channel = await openDirect(alice, bob);
  picture = await pngOf(32, 16);
  const view = await pngOf(16, 8);
  file = await sendFile(alice, channel, { bytes: picture, name: "사진.png", type: "image/png", variants: { view } });
});

const get = (path: string, who: Person | undefined, headers: Record<string, string> = {}) =>
  request(path, { headers, ...(who ? { token: who.token } : {}) });
const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer());

describe("[S235] a file is for those who may read its message now", () => {
  test("as it was uploaded, and its variants", async () => {
    const original = await get(filePath(file.id), bob);
    expect(original.status).toBe(200);
    expect(await bytesOf(original)).toEqual(picture);
    const view = await get(filePath(file.id, "view"), bob);
    expect([view.status, view.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect((await get(filePath(file.id, "poster"), bob)).status).toBe(404);
    expect((await get(filePath(file.id, "raw"), bob)).status).toBe(400);
  });

  test("and not for outsiders, for nobody, and under another id", async () => {
    for (const variant of ["original", "view"]) {
      expect((await get(filePath(file.id, variant), carol)).status).toBe(404);
      expect((await get(filePath(file.id, variant), undefined)).status).toBe(401);
    }
    const end = file.id.slice(-1) === "0" ? "1" : "0";
    expect((await get(filePath(file.id.slice(0, -1) + end), bob)).status).toBe(404);
    expect((await get(filePath("a_0"), bob)).status).toBe(404);
  });

  test("and neither for a removed member nor for a message that is deleted", async () => {
    const group = await openGroup(alice, [bob, carol]);
    const sent = await sendFile(bob, group, { bytes: noise(50) });
    const status = async (who: Person) => (await get(filePath(sent.id), who)).status;
    expect([await status(carol), await status(alice)]).toEqual([200, 200]);
    await removeMember(alice, group, carol);
    expect([await status(carol), await status(alice)]).toEqual([404, 200]);
    await request(`/v1/channels/${group}/messages/${sent.seq}`, { method: "DELETE", token: bob.token });
    expect([await status(bob), await status(alice)]).toEqual([404, 404]);
  });

  test("and not for those who joined later, where the history begins with the join", async () => {
    const group = await openGroup(alice, [bob], { history: "joined" });
    const sent = await sendFile(alice, group, { bytes: noise(50) });
    await putMember(alice, group, carol);
    expect((await get(filePath(sent.id), bob)).status).toBe(200);
    expect((await get(filePath(sent.id), carol)).status).toBe(404);
  });

  test("and not for an ended session", async () => {
    const other = await signIn(bob);
    expect((await get(filePath(file.id), other)).status).toBe(200);
    await request("/v1/sessions/current", { method: "DELETE", token: other.token });
    expect((await get(filePath(file.id), other)).status).toBe(401);
  });

  test("which has lost its bytes answers that it does not exist", async () => {
    const sent = await sendFile(alice, channel, { bytes: noise(20, 4) });
    const { objects } = await env.FILES.list();
    const newest = objects.filter(({ size }) => size === 20).map(({ key }) => key);
    await env.FILES.delete(newest);
    expect((await get(filePath(sent.id), bob)).status).toBe(404);
  });
});

describe("[S238] a page's cookies", () => {
  const withCookie = (cookie: string, headers: Record<string, string> = {}) =>
    exports.default.fetch(new Request(ORIGIN + filePath(file.id), { headers: { cookie, ...headers } }));

  async function cookieOf(): Promise<string> {
    const body = { handle: bob.handle, password: PASSWORD, keep: "cookie" };
    const answer = await request("/v1/sessions", { method: "POST", body, headers: { origin: ORIGIN } });
    return (
      answer.headers
        .getSetCookie()
        .find((line) => line.startsWith("__Host-parley="))
        ?.split(";")[0] ?? ""
    );
  }

  test("get a cookie for files, with which no database is read", async () => {
    const session = await cookieOf();
    const first = await withCookie(session);
    expect(first.status).toBe(200);
    const [made = ""] = first.headers.getSetCookie();
    expect(made).toMatch(
      /^__Secure-parley-files=.+; Max-Age=300; Path=\/v1\/files; HttpOnly; Secure; SameSite=Strict$/,
    );
    const variables = env as { DIRECTORY: D1Database };
    const directory = variables.DIRECTORY;
    variables.DIRECTORY = { prepare: () => expect.fail("a read of the directory") } as unknown as D1Database;
    try {
      const second = await withCookie(made.split(";")[0] ?? "");
      expect(second.status).toBe(200);
      expect(second.headers.getSetCookie()).toEqual([]);
    } finally {
      variables.DIRECTORY = directory;
    }
    expect((await withCookie(made.split(";")[0] ?? "", { "sec-fetch-site": "cross-site" })).status).toBe(401);
    expect((await withCookie("__Secure-parley-files=old")).status).toBe(401);
    expect((await withCookie(`__Secure-parley-files=old; ${session}`)).status).toBe(200);
  });
});

describe("[S236] an answer", () => {
  test.each([
    ["image", /^inline/],
    ["document", /^attachment/],
    ["iframe", /^attachment/],
    ["object", /^attachment/],
    ["embed", /^attachment/],
    ["video", /^attachment/],
    ["empty", /^attachment/],
    ["", /^attachment/],
  ])("that is loaded for %j is %s", async (dest, disposition) => {
    const { headers } = await get(filePath(file.id), bob, dest === "" ? {} : { "sec-fetch-dest": dest });
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "image/png",
      "content-disposition": expect.stringMatching(disposition),
      "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
      "cache-control": "private, max-age=31536000, immutable",
      vary: expect.stringContaining("Sec-Fetch-Dest"),
      "accept-ranges": "bytes",
    });
    expect(headers.get("content-disposition")).toContain("filename*=UTF-8''%EC%82%AC%EC%A7%84.png");
  });

  test("of HEAD has the headers of GET and no body", async () => {
    const answer = await request(filePath(file.id), { method: "HEAD", token: bob.token });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-length")).toBe(String(picture.length));
    expect((await bytesOf(answer)).length).toBe(0);
    expect((await request(filePath(file.id), { method: "HEAD", token: carol.token })).status).toBe(404);
  });

  test("is 304 for a client that has the file, and only if it may read it", async () => {
    const etag = (await get(filePath(file.id), bob)).headers.get("etag") ?? "";
    expect(etag).toMatch(/^"a_.+\.original"$/);
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, "*"])
      expect((await get(filePath(file.id), bob, { "if-none-match": tag })).status).toBe(304);
    expect((await get(filePath(file.id), bob, { "if-none-match": '"x"' })).status).toBe(200);
    expect((await get(filePath(file.id), carol, { "if-none-match": etag })).status).toBe(404);
  });
});

describe("[S237] a range", () => {
  test.each([
    ["bytes=0-", 0, 99],
    ["bytes=0-0", 0, 0],
    ["bytes=50-1000", 50, 99],
    ["bytes=-10", 90, 99],
  ])("%s is answered with 206", async (range, from, to) => {
    const bytes = noise(100, 11);
    const sent = await sendFile(alice, channel, { bytes });
    const answer = await get(filePath(sent.id), bob, { range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-range")).toBe(`bytes ${from}-${to}/100`);
    expect(answer.headers.get("content-length")).toBe(String(to - from + 1));
    expect(await bytesOf(answer)).toEqual(bytes.slice(from, to + 1));
  });

  test("beyond the end is 416, with the size; several are the whole file", async () => {
    const sent = await sendFile(alice, channel, { bytes: noise(100, 12) });
    const beyond = await get(filePath(sent.id), bob, { range: "bytes=100-" });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, "bytes */100"]);
    expect(beyond.headers.get("cache-control")).toBe("no-store");
    const several = await get(filePath(sent.id), bob, { range: "bytes=0-1,4-5" });
    expect([several.status, (await bytesOf(several)).length]).toEqual([200, 100]);
  });

  test("of a file that the client knows by another tag is the whole file", async () => {
    const range = { range: "bytes=0-1" };
    expect((await get(filePath(file.id), bob, { ...range, "if-range": '"x"' })).status).toBe(200);
    const etag = `"${file.id}.original"`;
    expect((await get(filePath(file.id), bob, { ...range, "if-range": etag })).status).toBe(206);
  });
});

describe("[S239] an address that needs no sign-in", () => {
  const linkOf = (who: Person, id = file.id, variant = "original") =>
    request(`/v1/files/${id}/links`, { method: "POST", token: who.token, body: { variant } });

  test("works for an hour, for the one file", async () => {
    const { url, expiresAt } = await (await linkOf(bob)).json<FileLink>();
    expect(expiresAt - Date.now()).toBeGreaterThan(3_500_000);
    expect(url).not.toMatch(/f_[0-9a-z]/);
    expect(await bytesOf(await get(url, undefined))).toEqual(picture);
    expect((await get(url.replace("/original/", "/view/"), undefined)).status).toBe(401);
    expect((await get(`${url.slice(0, -2)}AA`, undefined)).status).toBe(401);
    const other = await sendFile(alice, channel, { bytes: noise(10) });
    expect((await get(url.replace(file.id, other.id), undefined)).status).toBe(401);
  });

  test("is made only for readers, and ends with their membership and their session", async () => {
    expect((await linkOf(carol)).status).toBe(404);
    expect((await linkOf(bob, file.id, "poster")).status).toBe(404);
    const group = await openGroup(alice, [bob]);
    const sent = await sendFile(alice, group, { bytes: noise(10) });
    const { url } = await (await linkOf(bob, sent.id)).json<FileLink>();
    expect((await get(url, undefined)).status).toBe(200);
    await removeMember(alice, group, bob);
    expect((await get(url, undefined)).status).toBe(404);
    const session = await signIn(bob);
    const own = await call<FileLink>(`/v1/files/${file.id}/links`, {
      ...{ method: "POST", token: session.token, body: {} },
    });
    expect((await get(own.url, undefined)).status).toBe(200);
    await request("/v1/sessions/current", { method: "DELETE", token: session.token });
    expect((await get(own.url, undefined)).status).toBe(401);
  });
});
